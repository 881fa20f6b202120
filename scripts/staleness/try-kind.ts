import type { HttpClient, Reply } from './http-client.ts';
import type { Kind } from './kind.ts';
import type { Stage } from './stage.ts';
import type { Question, StagedWorld } from './staged-world.ts';

/** What came of one kind of change. */
export type Tried = {
  readonly kind: string;
  readonly asked: number;
  /** Answers that had been right before the change. */
  readonly stale: number;
  /** All answers that were not the right one, by what was expected and what came. */
  readonly wrong: Readonly<Record<string, number>>;
};

/** How many ask at once when a change has been answered. */
export const askersAtOnce = 8;

/**
 * Makes the changes of a kind on the first process in rounds until so many answers have been given, and asks all
 * processes in turn, several times at once, as soon as a change was answered.
 */
export async function tryKind(kind: Kind, world: StagedWorld, answers: number): Promise<Tried> {
  const { stage } = world;
  const turns = await kind.turns(world);
  const outcomes = new Set(turns.map(({ expected }) => expected));
  const wrong: Record<string, number> = {};
  let asked = 0;
  let stale = 0;
  while (asked < answers) {
    for (const { change, expected } of turns) {
      const question = await change();
      const replies = await askAll(stage, question, asked / askersAtOnce);
      for (const reply of replies) {
        const outcome = outcomeOf(reply);
        asked += 1;
        if (outcome === expected) continue;
        if (outcomes.has(outcome)) stale += 1;
        const what = `${outcome} instead of ${expected}`;
        wrong[what] = (wrong[what] ?? 0) + 1;
      }
    }
  }
  return { kind: kind.name, asked, stale, wrong };
}

/** What an answer says, a batch's about its only question: `allow`, the code of a deny, or the code of a refusal. */
function outcomeOf({ code, data }: Reply): string {
  if (code !== null) return code;
  const [told = data] = (data['items'] ?? []) as Reply['data'][];
  return told['allow'] === true ? 'allow' : String(told['deny_code']);
}

/** The processes take turns in being the first that is asked; two of those who ask do so with a batch. */
function askAll({ servers }: Stage, { as, body }: Question, turn: number): Promise<Reply[]> {
  return Promise.all(
    Array.from({ length: askersAtOnce }, (_, n) => {
      const server = servers[(n + turn) % servers.length] as HttpClient;
      return n % 4 === 0
        ? server.call('POST', '/authz/check-batch', as, { items: [body] })
        : server.call('POST', '/authz/check', as, body);
    }),
  );
}
