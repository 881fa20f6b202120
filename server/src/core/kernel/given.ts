/** The entries that were given: a filter that is left out selects nothing and excludes nothing. */
export function given<Filters extends Readonly<Record<string, unknown>>>(
  filters: Filters,
): { [Name in keyof Filters]?: Exclude<Filters[Name], undefined> } {
  const entries = Object.entries(filters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Filters]?: Exclude<Filters[Name], undefined> };
}
