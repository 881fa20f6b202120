export { arrayElements, type Cell } from './array-elements.ts';
export { bigintArray, jsonArray, type Parameter, textArray } from './array-parameter.ts';
export { BoundStatement, type TextRow } from './bound-statement.ts';
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
  isCollision,
  isDatabaseUnavailable,
} from './database-fault.ts';
export { type KeysetPage, keysetPage } from './keyset-page.ts';
export { millisecondsOf } from './milliseconds-of.ts';
export { preparedOn } from './prepared.ts';
export { snapshotOn, snapshotTransaction } from './snapshot-transaction.ts';
