/** Where an operation's permission has to hold, as its contract says. */
export type OperationScope =
  | { readonly kind: 'none' }
  | { readonly kind: 'self' }
  | { readonly kind: 'instance' }
  | { readonly kind: 'space'; readonly parameter: string }
  | { readonly kind: 'entity'; readonly table: string; readonly parameter: string }
  | { readonly kind: 'body'; readonly pointer: string };

/** One parameter of an operation outside its body. */
export type OperationParameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly kind: 'string' | 'integer' | 'boolean' | 'string[]';
  readonly required: boolean;
};

/** One operation of a contract, as the generated table holds it. */
export type Operation = {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly path: string;
  readonly tag: string;
  readonly stability: 'stable' | 'experimental' | 'vision';
  readonly security: {
    readonly session: boolean;
    readonly apiKey: boolean;
    readonly metricsToken?: boolean;
    /** Whether it may be called without any credential. */
    readonly anonymous: boolean;
  };
  readonly permission: string | null;
  readonly scope: OperationScope;
  readonly parameters: readonly OperationParameter[];
  readonly body: { readonly required: boolean } | null;
  readonly success: readonly { readonly status: number; readonly contentType: string | null }[];
  readonly errors: readonly string[];
  readonly audit: readonly string[];
  readonly idempotent: boolean;
  readonly idempotencyKey: boolean;
  readonly ifMatch: boolean;
  readonly etag: boolean;
  /** The keys that order its pages, a minus for descending; null when it has no pages. */
  readonly pagination: readonly string[] | null;
};
