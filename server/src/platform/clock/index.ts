export {
  CLOCK_LIMIT_MS,
  type ClockDifference,
  clocksDiffer,
  describeDifference,
  measureDifference,
} from './clock-difference.ts';
export { DatabaseClock } from './database-clock.ts';
export { edgesAround } from './edges-around.ts';
export { isoInstant } from './iso-instant.ts';
export { keepClock } from './keep-clock.ts';
export { measureClock } from './measure-clock.ts';
