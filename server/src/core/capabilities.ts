import { adminCapability } from './admin/index.ts';
import { auditCapability } from './audit/index.ts';
import { authorizationCapability } from './authorization/index.ts';
import { identityCapability } from './identity/index.ts';
import type { Capability } from './kernel/index.ts';
import { registryCapability } from './registry/index.ts';

/** The system capabilities of Core. */
export const coreCapabilities: readonly Capability[] = [
  auditCapability,
  identityCapability,
  registryCapability,
  authorizationCapability,
  adminCapability,
];
