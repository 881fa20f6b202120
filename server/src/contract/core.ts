import type { operations as table } from './generated/core/operations.ts';
import type { operations as types } from './generated/core/types.ts';
import type { Handlers, Input, Reply } from './handlers.ts';

/** The Core contract as types. (Mapped, because an interface has no index signature.) */
export type Core = { readonly types: { [Id in keyof types]: types[Id] }; readonly table: typeof table };

/** Id of an operation of Core. */
export type CoreOperationId = keyof types & string;

/** What the handler of a Core operation gets. */
export type CoreInput<Id extends CoreOperationId> = Input<Core, Id>;

/** What the handler of a Core operation may answer. */
export type CoreReply<Id extends CoreOperationId> = Reply<Core, Id>;

/** Handlers for the named operations of Core. */
export type CoreHandlers<Ids extends CoreOperationId> = Handlers<Core, Ids>;
