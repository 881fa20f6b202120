/** The source under which the resource types of a plugin are registered. */
export function sourceOf(pluginKey: string): string {
  return `plugin:${pluginKey}`;
}
