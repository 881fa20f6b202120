export { dataConsoleHandlers } from './data-console-handlers.ts';
export type { DataConsoleServices } from './services.ts';
