const letters = 'of lower-case letters, digits and _';

/** What the patterns of requests ask for, by the pattern as the contract writes it. */
const words: Readonly<Record<string, string>> = {
  '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$':
    'must be an id: at most 128 of A-Z a-z 0-9 _ . : - and a letter or digit first',
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$':
    'must be an instant with its offset from UTC, such as 2026-05-06T08:00:00Z',
  '^[a-z][a-z0-9_]*$': `must be one word ${letters}, a letter first`,
  '^[a-z_][a-z0-9_]*$': `must be one word ${letters}, no digit first`,
  '^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$': `must be words ${letters} with a dot between them, each with a letter first`,
  '^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+$': `must be two or more words ${letters} with a dot between them, each with a letter first`,
  '^[a-z][a-z0-9_.-]*$': 'must be lower-case letters, digits and _ . - with a letter first',
  '^[a-z][a-z0-9_]*(:[a-z0-9_.]+)?$': `must be a word ${letters}, or two with a colon between them`,
  '^[a-z][a-z0-9]*(-[a-z0-9]+)*$': 'must be lower-case letters and digits with single hyphens between them',
  '^[a-z0-9][a-z0-9_-]{0,127}$':
    'must be at most 128 lower-case letters, digits and _ - with a letter or digit first',
  "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$":
    'must be an email address in ASCII',
  '^[0-9]+\\.[0-9]+\\.[0-9]+(-[A-Za-z0-9_.-]+)?$': 'must be a version such as 1.2.3',
  '^(>=|<=|>|<|=)?[0-9]+\\.[0-9]+\\.[0-9]+(-[A-Za-z0-9_.-]+)?( (>=|<=|>|<|=)?[0-9]+\\.[0-9]+\\.[0-9]+(-[A-Za-z0-9_.-]+)?){0,3}$':
    'must be a range of versions such as >=1.2.0 <2.0.0',
  '^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*:(self|group|group_tree|space)$':
    'must be a resource type, an action and a scope with colons between them, such as invoice:approve:space',
  '^[!-~]{1,255}$': 'must be 1 to 255 visible ASCII characters',
  '^/plugins/[a-z0-9][a-z0-9_/-]*$': 'must be a path below /plugins/ of lower-case letters, digits and _ / -',
  '^(\\*|[a-z0-9_-]+:([a-z0-9_-]+|\\*))$':
    'must be a permission key in lower case, such as users:read, or one of the wildcards * and users:*',
  '^(\\*|"[0-9]{1,10}")$': 'must be the ETag of an earlier answer, quotes included, or *',
};

/** What a pattern of the contract asks for, in words; undefined for one that has none. */
export function patternWords(pattern: unknown): string | undefined {
  return typeof pattern === 'string' && Object.hasOwn(words, pattern) ? words[pattern] : undefined;
}
