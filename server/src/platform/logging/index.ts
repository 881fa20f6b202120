export {
  createLogger,
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from './logger.ts';
export { REDACTED, redact } from './redact.ts';
export { isSecretKey } from './secret-key.ts';
