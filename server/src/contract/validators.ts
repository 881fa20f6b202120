import type { ErrorObject } from 'ajv';

/** A validator compiled at build time. */
export type Validate = { (value: unknown): boolean; errors?: ErrorObject[] | null };

/** The validators of one operation. */
export type OperationValidators = {
  /** Of the decoded path, query and header parameters, by name. Puts defaults in. */
  readonly params: Validate;
  readonly body: Validate | null;
  /** Of the JSON bodies of its successes, by status. */
  readonly responses: Readonly<Record<number, Validate>>;
};
