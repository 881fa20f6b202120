/** Widths and names of pino's numeric levels. */
const LEVELS: Readonly<Record<string, string>> = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO ',
  warn: 'WARN ',
  error: 'ERROR',
  fatal: 'FATAL',
};

/**
 * A JSON log line as a line for people: time, level, message, then the fields as `name=value`. Values keep their JSON
 * form where they hold anything but plain characters, and so does the message where it holds control characters or
 * `=`, so that a value can neither end the line nor look like another field.
 */
export function textLine(json: string): string {
  const { timestamp, level, msg, ...fields } = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const name = typeof level === 'string' ? (LEVELS[level] ?? level.toUpperCase()) : '';
  const parts = [String(timestamp), name, messageText(msg)];
  for (const [key, value] of Object.entries(fields)) parts.push(`${plain(key)}=${plain(value)}`);
  return `${parts.filter((part) => part !== '').join(' ')}\n`;
}

function messageText(message: unknown): string {
  if (message === undefined) return '';
  return typeof message === 'string' && !needsQuotes(message) ? message : JSON.stringify(message);
}

function plain(value: unknown): string {
  if (typeof value === 'string' && /^[\w.:/@+-]+$/.test(value)) return value;
  return JSON.stringify(value);
}

function needsQuotes(message: string): boolean {
  return message.includes('=') || Array.from(message).some((character) => character < ' ');
}
