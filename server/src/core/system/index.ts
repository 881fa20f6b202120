export { type SystemServices, systemHandlers } from './system-handlers.ts';
export type { Versions } from './versions.ts';
