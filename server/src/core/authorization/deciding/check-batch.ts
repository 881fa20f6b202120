import type { components } from '../../../contract/generated/core/types.ts';
import { isRefusal, Refusal } from '../../../contract/refusal.ts';
import { reachesOf } from '../../../contract/rights.ts';
import type { Violation } from '../../../contract/violation.ts';
import { preparedOn } from '../../../platform/database/index.ts';
import type { AuthorizationServices } from './authorization-services.ts';
import { databaseFacts } from './facts-in-database.ts';
import type { FactsSource } from './facts-source.ts';
import { decideFromMemory } from './memory-path.ts';
import { type DecidingRequest, decideOnPlainPath } from './plain-path.ts';
import type { RecordedDecision } from './record-of.ts';
import type { Soon } from './soon.ts';
import { type QuestionRefusal, understand } from './understand.ts';

type Item = components['schemas']['AuthzRequest'];

/** Questions that are decided before others of the process get their turn: a few hundred microseconds, mostly. */
const atOnce = 4;
/** Questions of one batch that are decided and not yet on record: their traces are what takes memory. */
const underWay = 128;
/** Questions of one batch on the plain path at the same time: each holds a connection of the pool. */
const onPlainPath = 2;

/**
 * Decides many questions of one caller, each by itself and on its own row. All of them are looked at before the first is
 * recorded, and none is when one is refused; only what changes after that leaves some recorded and all unanswered. What
 * memory does not decide goes the plain path, a few at a time.
 *
 * @throws as for a single question; ApiError DECISION_QUEUE_FULL when there is no room for all of them
 */
export async function decideBatch(
  services: AuthorizationServices,
  asking: DecidingRequest,
  items: readonly Item[],
): Promise<readonly RecordedDecision[] | QuestionRefusal> {
  const { pool, auditMode, memory } = services;
  const refused = await firstRefusal(services, asking, items);
  if (refused !== null) return refused;
  const release = memory.log.reserve(items.length);
  const decisions: (RecordedDecision | QuestionRefusal | null)[] = await inTurns(items, (body) =>
    decideFromMemory(memory, auditMode, { ...asking, body }, 'bulk'),
  ).finally(release);
  const left = undecided(decisions);
  const rest = Array.from({ length: onPlainPath }, async () => {
    for (const place of left) {
      const body = items[place] as Item;
      const decision = await decideOnPlainPath(pool, auditMode, { ...asking, body });
      decisions[place] = decision;
      if (isRefusal(decision)) return;
    }
  });
  await Promise.all(rest);
  const made: RecordedDecision[] = [];
  for (const [place, decision] of decisions.entries()) {
    if (isRefusal(decision)) return atPlace(decision, place);
    if (decision !== null) made.push(decision);
  }
  return made;
}

/** The places of questions without a decision. Who leaves its loop early ends it for all that go through the same. */
function* undecided(decisions: readonly unknown[]): Generator<number> {
  for (const [place, decision] of decisions.entries()) if (decision === null) yield place;
}

/** Why the questions are not decided; all of it from the database, as refusals are. Null when nothing speaks against it. */
async function firstRefusal(
  { pool }: AuthorizationServices,
  { access }: DecidingRequest,
  items: readonly Item[],
): Promise<QuestionRefusal | null> {
  const database = preparedOn(pool);
  const source = askedOnce(databaseFacts(database));
  const { principal } = await access.again(database, { hold: false });
  const reaches = reachesOf(principal, 'authz:check');
  for (const [place, body] of items.entries()) {
    const question = await understand(source, { principal, reaches }, body);
    if (isRefusal(question)) return atPlace(question, place);
  }
  return null;
}

/** Most questions of a batch are about one actor, whose binding need not be read for each of them. */
function askedOnce(source: FactsSource): FactsSource {
  const usable = new Map<string, Soon<boolean>>();
  return {
    ...source,
    isUsableBinding(actor) {
      const key = JSON.stringify(actor);
      const known = usable.get(key) ?? source.isUsableBinding(actor);
      usable.set(key, known);
      return known;
    },
  };
}

/** Starts the work on all items, a few in each turn of the event loop, and not too far ahead of what is done. */
async function inTurns<Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const started: Promise<Result>[] = [];
  for (const [place, item] of items.entries()) {
    await started[place - underWay];
    if (place % atOnce === atOnce - 1) await new Promise(setImmediate);
    const result = work(item);
    // It may be rejected before all are started, and nobody waits for it until then.
    result.catch(() => undefined);
    started.push(result);
  }
  return Promise.all(started);
}

/** A refusal whose pointers lead to the question that it is about. */
function atPlace(refusal: QuestionRefusal, place: number): QuestionRefusal {
  if (refusal.code !== 'VALIDATION_FAILED') return refusal;
  const details = (refusal.details as readonly Violation[]).map((violation) => {
    return { ...violation, pointer: `/items/${place}${violation.pointer}` };
  });
  return new Refusal(refusal.code, details);
}
