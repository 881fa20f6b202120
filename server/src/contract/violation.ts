/** One broken rule of the contract, as the error answer tells it. */
export type Violation = {
  readonly in: 'body' | 'path' | 'query' | 'header';
  /** JSON pointer (RFC 6901) to the place; the empty pointer is the whole. */
  readonly pointer: string;
  readonly rule: string;
  readonly message: string;
};

/** Most characters of a pointer that is told. */
export const longestPointer = 2048;

/** Most violations that are told of one request. */
export const mostViolations = 100;

/** One segment of a JSON pointer, escaped as RFC 6901, section 3 says. */
export function pointerSegment(name: string | number): string {
  return `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
