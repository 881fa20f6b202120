export {
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Queryable,
  type Transaction,
} from './database.ts';
export {
  collidedConstraint,
  type DatabaseFault,
  databaseFault,
  isDatabaseUnavailable,
} from './database-fault.ts';
