export { findTemplate, type Template, templates } from './catalog/index.ts';
export * as templateEntities from './entities.ts';
export { type PresentPlugin, type Requirements, requirementsOf } from './requirements.ts';
export { type TemplateServices, templateHandlers } from './template-handlers.ts';
