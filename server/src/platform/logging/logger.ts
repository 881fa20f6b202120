import { type Logger as PinoLogger, pino } from 'pino';
import { remembering } from '../compact/index.ts';
import { type LineOutput, onceATurn } from './once-a-turn.ts';
import { copyData, REDACTED } from './redact.ts';
import { scrubLine } from './scrub-line.ts';
import { isSecretKey } from './secret-key.ts';
import { textLine } from './text-line.ts';

/** Severities, least first. `error` and `fatal` are for what somebody has to look at. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
/** `json` for machines, one object a line; `text` for people. */
export const LOG_FORMATS = ['json', 'text'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What the rest of the product logs with. */
export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'flush'> & {
  /** A logger that adds these fields to each line. */
  child(fields: Readonly<Record<string, unknown>>): Logger;
};

export type LoggerOptions = {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Fields of every line, as the name of the process. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Where lines go; by default standard output. */
  readonly destination?: Pick<LineOutput, 'write'>;
};

const BODY_KEYS: ReadonlySet<string> = new Set(['body', 'rawbody', 'requestbody', 'responsebody']);

const WARN = pino.levels.values['warn'] ?? 0;

/** All loggers share it, so that their lines stay in order. */
let standard: LineOutput | undefined;
function standardOutput(): LineOutput {
  standard ??= onceATurn(process.stdout);
  return standard;
}

/**
 * A logger that writes one line an event and is safe to feed: values under secret keys are redacted at any depth,
 * credentials in texts are cut out, bodies of requests and responses are left out whoever passes them, and nothing in
 * a value can begin a new line.
 */
export function createLogger(options: LoggerOptions): Logger {
  const output = options.destination ?? standardOutput();
  const destination = {
    // Makes pino say of what severity a line is.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      const urgent = this.lastLevel >= WARN;
      output.write(scrubLine(options.format === 'text' ? textLine(line) : line), urgent);
    },
  };
  const logger = pino(
    {
      level: options.level,
      base: safeFields(options.fields ?? {}),
      messageKey: 'msg',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      // Errors are described with the other fields; pino's own serialisers would show all that hangs on them.
      serializers: { err: (value: unknown) => value },
      formatters: { level: (level) => ({ level }), log: safeFields },
    },
    destination,
  );
  return wrap(logger);
}

/** Fields of a child are serialised once, past the formatter: they are made safe here. */
function wrap(logger: PinoLogger): Logger {
  const makeChild = logger.child.bind(logger);
  return Object.assign(logger, {
    child: (fields: Readonly<Record<string, unknown>>): Logger => wrap(makeChild(safeFields(fields))),
  });
}

function safeFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const safe = copyData(fields, insteadOf);
  return typeof safe === 'object' && safe !== null ? { ...safe } : { value: safe };
}

/** What stands in the place of the value under a key; undefined where the value itself does. */
function insteadOf(key: string): string | undefined {
  if (isSecretKey(key)) return REDACTED;
  return isBody(key) ? '[omitted]' : undefined;
}

const isBody = remembering((key) => BODY_KEYS.has(key.replace(/[_-]/g, '').toLowerCase()));
