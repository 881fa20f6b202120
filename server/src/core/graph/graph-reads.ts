import type { Graph } from './graph.ts';

/**
 * What was read of the graph, by scope, with the revision at which each scope stood when it was read first. The graph
 * may go on between two reads; what was read then counts as read at the older revision, and the fence will not let it
 * pass.
 */
export class GraphReads {
  readonly #graph: Graph;
  readonly #revisions: Map<string, number>;

  /** `earlier` are reads that this one builds on. */
  constructor(graph: Graph, earlier?: ReadonlyMap<string, number>) {
    this.#graph = graph;
    this.#revisions = new Map(earlier);
  }

  /** The graph, to be read in this scope. */
  in(scope: string): Graph {
    if (!this.#revisions.has(scope)) this.#revisions.set(scope, this.#graph.revision(scope));
    return this.#graph;
  }

  /** Each scope that was read, with its revision. */
  get revisions(): ReadonlyMap<string, number> {
    return this.#revisions;
  }
}
