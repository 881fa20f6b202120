export { catchUp } from './catch-up.ts';
export { Graph, INSTANCE } from './graph.ts';
export { GraphFollower, type GraphState } from './graph-follower.ts';
export { GraphReads } from './graph-reads.ts';
export { loadGraph } from './load-graph.ts';
export type * from './nodes.ts';
export { RowCache } from './row-cache.ts';
export { type SeenResource, type StoredRows, storedRows } from './stored-rows.ts';
export { trimGraphLog } from './trim-log.ts';
