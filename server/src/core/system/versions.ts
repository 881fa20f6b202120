/** The versions that the server reports. */
export type Versions = {
  readonly core: string;
  /** Version of the Core contract. */
  readonly contract: string;
  /** The newest migration among the files. */
  readonly expectedSchema: string;
  /** The commit that the server was built from, where the operator told it (GIT_COMMIT); null else. */
  readonly commit: string | null;
};
