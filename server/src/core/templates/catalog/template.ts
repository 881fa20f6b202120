import type { components } from '../../../contract/generated/core/types.ts';

/** What an application starts with, as the contract shows it. */
export type Template = components['schemas']['TemplateManifest'];

/** Versions of Core that the templates of this release are made for. */
export const requiredCore = '>=0.0.1 <0.1.0';

/** What every template leaves to the operator. */
export const commonLimitations: readonly string[] = [
  'The first super admin is created by the operator.',
  'Migrations are applied by the operator, never by an installation.',
  'Secrets are set by the operator; a template holds none.',
];
