import { operations } from '../../contract/generated/core/operations.ts';
import { Counter, type Family, Histogram } from '../../platform/metrics/index.ts';
import { denyCodes } from '../authorization/index.ts';

/** Upper bounds of the buckets of durations, in seconds. */
const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);
const knownCodes: ReadonlySet<string> = new Set(denyCodes);

/**
 * What a process counts about its own work. Labels are taken from closed sets alone (operation ids, methods, classes
 * of status, deny codes), so that no caller can make series.
 */
export class Metrics {
  readonly #requests = new Counter('http_requests_total', 'Requests that were answered.');
  readonly #durations = new Histogram(
    'http_request_duration_seconds',
    'Time from request to answer.',
    DURATIONS,
  );
  readonly #decisions = new Counter('authz_decisions_total', 'Decisions, by their outcome.');
  readonly #denies = new Counter('authz_denies_total', 'Decisions that were deny.');
  readonly #auditRows = new Counter('audit_logs_written_total', 'Rows written to the audit log.');

  constructor() {
    this.#denies.add({}, 0);
    this.#auditRows.add({}, 0);
  }

  /** Counts a request; `operationId` is null where none took it. `seconds` is the time that it took. */
  observeRequest(operationId: string | null, method: string, status: number, seconds: number): void {
    const labels = {
      operation_id: operationId !== null && Object.hasOwn(operations, operationId) ? operationId : 'none',
      method: methods.has(method) ? method : 'other',
      status: statusClass(status),
    };
    this.#requests.add(labels);
    this.#durations.observe(labels, Number.isFinite(seconds) && seconds > 0 ? seconds : 0);
  }

  /** Counts a decision; `denyCode` is null with an allow. */
  observeDecision(decision: 'allow' | 'deny', denyCode: string | null): void {
    const code = denyCode !== null && knownCodes.has(denyCode) ? denyCode : '';
    this.#decisions.add({ decision, deny_code: code });
    if (decision === 'deny') this.#denies.add();
  }

  /** Counts rows that were written to the audit log, of decisions and of mutations. */
  observeAuditRows(rows = 1): void {
    this.#auditRows.add({}, rows);
  }

  /** All of it at this moment. */
  families(): Family[] {
    return [
      this.#requests.family(),
      this.#durations.family(),
      this.#decisions.family(),
      this.#denies.family(),
      this.#auditRows.family(),
    ];
  }
}

function statusClass(status: number): string {
  const first = Math.floor(status / 100);
  return first >= 1 && first <= 5 ? `${first}xx` : 'other';
}
