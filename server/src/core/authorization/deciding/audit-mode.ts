import type { Decision } from './decide.ts';

/**
 * Which decisions are kept: all, denials only, none because the operator keeps records elsewhere, or none on a
 * developer's machine. Mutations are always kept.
 */
export type AuditMode = 'always' | 'deny_only' | 'manual' | 'disabled_for_dev';

/** Whether a decision gets an audit row. */
export function keepsRow(mode: AuditMode, decision: Decision): boolean {
  return mode === 'always' || (mode === 'deny_only' && decision.denyCode !== null);
}
