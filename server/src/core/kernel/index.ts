export { type AuditRow, appendAuditRow } from './audit-row.ts';
export {
  type Capability,
  type CapabilityState,
  capabilityStates,
  inStartOrder,
  tablesAreThere,
} from './capability.ts';
export { changeUnique } from './change-unique.ts';
export type { Fence, FencedEntry, Seen } from './fence.ts';
export { type FenceAnswer, FencedLog, type Lane } from './fenced-log.ts';
export { given } from './given.ts';
export { insertOr } from './insert-or.ts';
export { forgetReplies } from './only-once.ts';
export { recordedEvents } from './recorded-events.ts';
export * from './recorded-mutation.ts';
export { sentInstant } from './sent-instant.ts';
export { shown } from './shown.ts';
export { traceVersion } from './trace-version.ts';
export * from './versioned-change.ts';
