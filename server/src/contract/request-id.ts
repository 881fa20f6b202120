import { newRequestId } from '../platform/ids/index.ts';

/**
 * The id of a request: the caller's when it is 1 to 128 visible ASCII characters without quotes and backslash
 * (safe in headers, logs and rows), else a new one.
 */
export function requestIdFrom(header: string | readonly string[] | undefined): string {
  const sent = typeof header === 'string' ? header.trim() : '';
  return /^[!#-&(-[\]-~]{1,128}$/.test(sent) ? sent : newRequestId(Date.now());
}
