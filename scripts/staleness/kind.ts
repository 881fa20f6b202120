import type { Question, StagedWorld } from './staged-world.ts';

/** One change, made on the first process, and the answer that holds from then on. */
export type Turn = {
  /** Makes the change; once it has been answered, this is what is asked. */
  readonly change: () => Promise<Question>;
  /** `allow`, the code of a deny, or the code of a refusal. */
  readonly expected: string;
};

/** A kind of change: the turns of one round, which end where they began. */
export type Kind = {
  readonly name: string;
  turns(world: StagedWorld): Promise<readonly Turn[]>;
};

/** A kind whose turns all ask the same question: by default the one of the world. */
export function asking(
  name: string,
  turnsOf: (world: StagedWorld) => Readonly<Record<string, () => Promise<unknown>>>,
  question: (world: StagedWorld) => Question = (world) => world.question,
): Kind {
  return {
    name,
    turns: async (world) =>
      Object.entries(turnsOf(world)).map(([expected, change]) => ({
        expected,
        change: async () => {
          await change();
          return question(world);
        },
      })),
  };
}

/** A kind of change that is a POST to one end of a path, and taken back by a POST to another. */
export function switching(
  name: string,
  denied: string,
  path: (world: StagedWorld) => string,
  [off, on]: readonly [off: string, on: string] = ['disable', 'restore'],
): Kind {
  return asking(name, (world) => ({
    [denied]: () => world.stage.change('POST', `${path(world)}/${off}`),
    allow: () => world.stage.change('POST', `${path(world)}/${on}`),
  }));
}

/** The question of a world with parts of its body changed. */
export function varied({ question }: StagedWorld, change: Readonly<Record<string, unknown>>): Question {
  return { ...question, body: { ...question.body, ...change } };
}
