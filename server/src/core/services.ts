import type { CursorSealer } from '../contract/page.ts';
import type { AuthServices } from './auth/index.ts';
import type { AuditMode, DecisionMemory } from './authorization/index.ts';
import type { Metrics, MetricsServices, SystemServices } from './system/index.ts';

/** All that the capabilities of Core are built on, made once a process. */
export type CoreServices = SystemServices &
  MetricsServices &
  AuthServices & {
    readonly auditMode: AuditMode;
    /** What decisions are made from. */
    readonly memory: DecisionMemory;
    readonly cursors: CursorSealer;
    /** The keyed hash under which requests with an Idempotency-Key are kept. */
    readonly fingerprint: (text: string) => string;
    readonly metrics: Metrics;
    readonly dataConsoleEnabled: boolean;
  };
