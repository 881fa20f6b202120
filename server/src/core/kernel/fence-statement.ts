import {
  bigintArray,
  jsonArray,
  type Parameter,
  type TextRow,
  textArray,
} from '../../platform/database/index.ts';
import { databaseRun } from '../graph/index.ts';
import type { Fence, FencedEntry } from './fence.ts';
import { elementsOf, frameOf, placeInFrame, textColumns } from './fence-frame.ts';

const written = [...textColumns, 'created_at', 'trace'].join(', ');
const cell = (name: string, type?: string): string =>
  `q.frame[${placeInFrame(name)}]${type === undefined ? '' : `::${type}`}`;
const cells = (...names: string[]): string => names.map((name) => cell(name)).join(', ');
const now = '(extract(epoch from now()) * 1000)::float8';

/**
 * Puts rows on record, each only if its fence holds. One statement, so all of it is of one snapshot. Parameters: side by
 * side the frame and the trace of every entry; then side by side scopes and the revisions at which they were read. Each
 * frame names the part of those that its entry rests on. The run of the server stands among the scopes, without a
 * revision. The answer: the database's clock, how many entries passed, and the places of those that did not and of the
 * scopes that moved.
 *
 * Rows are looked at in subqueries: a join would prepare all the columns of an entry once more. A subquery is null when
 * its row is absent, and then it has to have been seen as absent.
 */
export const fenceStatement = statementWhere(`
    not exists (select from moved where place between ${cell('first', 'bigint')} and ${cell('last', 'bigint')})
    and (${cell('valid_from')} is null or ${now} >= ${cell('valid_from', 'float8')})
    and (${cell('valid_until')} is null or ${now} < ${cell('valid_until', 'float8')})
    and coalesce((
      select (r.version, r.resource_type, r.space_id, r.group_id, r.owner_member_id, r.status)
        is not distinct from (${cell('r_version', 'integer')}, ${cells('r_type', 'r_space', 'r_group', 'r_owner', 'r_status')})
      from resources r where r.id = ${cell('r_id')}
    ), ${cell('r_version')} is null)
    and coalesce((
      select u.status is not distinct from ${cell('u_status')}
      from users u where u.id = ${cell('u_id')} and u.deleted_at is null
    ), ${cell('u_status')} is null)
    and coalesce((
      select (s.access_token_hash, s.user_id, s.active_user_member_id, s.expires_at)
        is not distinct from (${cells('s_hash', 's_user', 's_binding')}, ${cell('s_expires', 'timestamptz')})
      from sessions s where s.id = ${cell('s_id')} and s.user_id = ${cell('s_user')} and s.revoked_at is null
    ), ${cell('s_hash')} is null)`);

/** The same without a fence: every row goes in. Only for showing what the fence is for. */
export const unfencedStatement = statementWhere('true');

function statementWhere(condition: string): string {
  return `
with moved as materialized (
  select f.place
  from unnest($3::text[], $4::bigint[]) with ordinality as f (scope, revision, place)
  where case when f.revision is null then f.scope <> ${databaseRun}
    else f.revision <> coalesce((select g.revision from graph_revisions g where g.scope = f.scope), 0) end
), tried as materialized (
  select ${textColumns.map((name) => `${cell(name)} as ${name}`).join(', ')},
    ${cell('created', 'timestamptz')} as created_at, trace, ${cell('kept', 'boolean')} as kept, place,
    ${condition} as holds
  from (
    select frame::text[] as frame, trace, place
    from unnest($1::text[], $2::json[]) with ordinality as e (frame, trace, place)
    offset 0 -- so that a frame is taken apart once
  ) as q
), recorded as (
  insert into audit_logs (${written}) select ${written} from tried where holds and kept
)
select ${now}, t.passed, t.failed, (select json_agg(place) from moved)
from (
  select count(*) filter (where holds) as passed, json_agg(place) filter (where not holds) as failed from tried
) as t`;
}

/** An entry as it is sent, made once, when it comes: its size is known then, and one that cannot be sent harms no other. */
export type EncodedEntry = {
  /** Of its frame, without the places of what it rests on. */
  readonly elements: string;
  readonly trace: string;
  readonly run: string;
  readonly revisions: Fence['revisions'];
  /** Characters of both. */
  readonly size: number;
};

/** Encodes an entry. */
export function encodeEntry(entry: FencedEntry): EncodedEntry {
  const elements = elementsOf(entry);
  const { trace } = entry.row;
  const { run, revisions } = entry.fence;
  return { elements, trace, run, revisions, size: elements.length + trace.length };
}

/** What the statement is asked for some entries, and how its answer is read. */
export type FenceQuestion = {
  readonly parameters: readonly Parameter[];
  read(answer: TextRow | undefined): FenceAnswers;
};

/** What the statement said of its entries. */
export type FenceAnswers = {
  /** The database's clock, milliseconds since the epoch. */
  readonly now: number;
  /** For those entries whose fence did not hold, by their index: the scopes of theirs that have moved. */
  readonly failed: ReadonlyMap<number, readonly string[]>;
};

/** What an entry rests on: its run and its revisions, by the places of the first and the last, counted from 1. */
type Basis = { readonly first: number; readonly last: number };

/** The question for some entries. Most of them rest on the same revisions, which are sent once. */
export function fenceQuestion(entries: readonly EncodedEntry[]): FenceQuestion {
  const scopes: string[] = [];
  const revisions: (number | null)[] = [];
  const known = new Map<string, Basis>();
  const bases = entries.map((entry) => {
    const key = basisKey(entry);
    const same = known.get(key);
    if (same !== undefined) return same;
    const first = scopes.push(entry.run);
    revisions.push(null);
    for (const [scope, revision] of entry.revisions) {
      scopes.push(scope);
      revisions.push(revision);
    }
    const basis = { first, last: scopes.length };
    known.set(key, basis);
    return basis;
  });
  return {
    parameters: [
      textArray(entries.map(({ elements }, index) => frameOf(elements, bases[index] as Basis))),
      jsonArray(entries.map(({ trace }) => trace)),
      textArray(scopes),
      bigintArray(revisions),
    ],
    read: (answer) => {
      const [time, passed, failedPlaces, movedPlaces] = answer ?? [];
      const failed = places(failedPlaces);
      if (Number(passed) + failed.length !== entries.length) {
        throw new Error('The fence did not answer for every entry.');
      }
      // The place of the run is none of a scope.
      const moved = places(movedPlaces).filter((place) => revisions[place - 1] !== null);
      const movedOf = ({ first, last }: Basis) =>
        moved.filter((place) => place >= first && place <= last).map((place) => scopes[place - 1] as string);
      return {
        now: Number(time),
        failed: new Map(failed.map((place) => [place - 1, movedOf(bases[place - 1] as Basis)])),
      };
    },
  };
}

/** Tells one run and its revisions from any others; the lengths keep scopes apart. */
function basisKey({ run, revisions }: EncodedEntry): string {
  let key = run;
  for (const [scope, revision] of revisions) key += ` ${revision} ${scope.length} ${scope}`;
  return key;
}

function places(json: string | null | undefined): number[] {
  return json == null ? [] : JSON.parse(json);
}
