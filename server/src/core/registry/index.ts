export { registryCapability } from './capability.ts';
export * as registryEntities from './entities.ts';
export { type Resource, ResourceEntity, ResourceTypeEntity } from './entities.ts';
export { resourceTypeOnWire } from './registry-wire.ts';
export { resourceHandlers } from './resource-handlers.ts';
export { resourceNames } from './resource-names.ts';
export { resourceTypeHandlers } from './resource-type-handlers.ts';
export { resourceOnWire } from './resource-wire.ts';
export { ofType } from './resources-within.ts';
