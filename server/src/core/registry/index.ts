export { registryCapability } from './capability.ts';
export { resourceHandlers } from './resource-handlers.ts';
export { resourceTypeHandlers } from './resource-type-handlers.ts';
