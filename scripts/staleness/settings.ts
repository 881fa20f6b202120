import { startBackgroundLoad } from './background-load.ts';
import { kinds } from './kinds.ts';
import { openStage, type StagePlan } from './stage.ts';
import { stagedWorld } from './staged-world.ts';
import { type Tried, tryKind } from './try-kind.ts';

/** Processes on one database, as they are tried. */
export type Setting = StagePlan & {
  readonly name: string;
  /** Connections of the load to each process; 0 for none. */
  readonly load: number;
};

/** What came of a setting: one entry for each kind of change. */
export type SettingTried = { readonly setting: Setting; readonly tried: readonly Tried[] };

/** What must show no stale answer. */
export const settings: readonly Setting[] = [
  { name: 'one process', processes: 1, fenced: true, load: 0 },
  { name: 'two processes', processes: 2, fenced: true, load: 0 },
  { name: 'two under load', processes: 2, fenced: true, load: 4 },
];

/** What must show some, else the others prove nothing: rows go on record whatever they rest on. */
export const control: Setting = { name: 'control: two without fence', processes: 2, fenced: false, load: 0 };

/** What is tried in a setting. */
export type Trial = {
  /** Answers at least, for each kind of change. */
  readonly answers: number;
  /** Kinds whose name contains this. */
  readonly only: string;
  /** Is told what has been done. */
  readonly done: (tried: Tried) => void;
};

/** Tries all kinds of changes in a setting, one after the other, each on a world of its own. */
export async function trySetting(setting: Setting, { answers, only, done }: Trial): Promise<SettingTried> {
  const stage = await openStage(setting);
  const tried: Tried[] = [];
  try {
    const ports = stage.servers.map(({ port }) => port);
    for (const kind of kinds.filter(({ name }) => name.includes(only))) {
      const world = await stagedWorld(stage);
      const beside = await stagedWorld(stage);
      // The load asks what is being changed, and what is not.
      const questions = [world, beside].map(({ question }) => ({ ...question, as: stage.asker }));
      const load = setting.load > 0 ? await startBackgroundLoad(ports, setting.load, questions) : null;
      const one = await tryKind(kind, world, answers);
      const statuses = (await load?.stop()) ?? {};
      const refused = Object.entries(statuses).filter(([status]) => status !== '200');
      const wrong = { ...one.wrong, ...Object.fromEntries(refused.map(([s, n]) => [`${s} to the load`, n])) };
      tried.push({ ...one, wrong });
      done({ ...one, wrong });
    }
  } finally {
    await stage.close();
  }
  return { setting, tried };
}
