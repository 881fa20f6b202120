type Numbers = readonly [string, string, string];

const COMPARATOR = /^(>=|<=|>|<|=)?(.+)$/;

/**
 * Whether a version lies in a range: comparators separated by blanks, all of which have to hold. A bare version is
 * that one alone. Only the three numbers count, not a tail after a hyphen.
 */
export function isInRange(version: string, range: string): boolean {
  return range.split(' ').every((comparator) => {
    const [, operator = '=', bound = ''] = COMPARATOR.exec(comparator) ?? [];
    const order = compareVersions(version, bound);
    if (operator === '>=') return order >= 0;
    if (operator === '<=') return order <= 0;
    if (operator === '>') return order > 0;
    return operator === '<' ? order < 0 : order === 0;
  });
}

/** Below zero when the first version is the older one, above when it is the newer one, else zero. */
export function compareVersions(one: string, other: string): number {
  const left = numbersOf(one);
  const right = numbersOf(other);
  for (const at of [0, 1, 2] as const) {
    const order = compareDigits(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function numbersOf(version: string): Numbers {
  const [major = '0', minor = '0', patch = '0'] = version.replace(/-.*$/, '').split('.');
  return [major, minor, patch];
}

// By digits, since a number of 60 of them has no exact value in JavaScript.
function compareDigits(one: string, other: string): number {
  const left = one.replace(/^0+(?=\d)/, '');
  const right = other.replace(/^0+(?=\d)/, '');
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
