/** Characters that a path has at most. */
export const MAX_PATH_LENGTH = 512;

const MAX_NAME_LENGTH = 200;

/** The last segment of a dotted path. */
export function segmentOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** The path above; null for a path of one segment. */
export function pathAbove(path: string): string | null {
  const dot = path.lastIndexOf('.');
  return dot === -1 ? null : path.slice(0, dot);
}

/** How many Groups are above a path. */
export function depthOf(path: string): number {
  return path.split('.').length - 1;
}

/** A name for people made from a path: `accounts_payable` becomes `Accounts Payable`. At most 200 characters. */
export function nameFromPath(path: string): string {
  return segmentOf(path)
    .split('_')
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
    .slice(0, MAX_NAME_LENGTH);
}
