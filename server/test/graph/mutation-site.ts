import { type Dice, edges } from '../oracle/draft.ts';

/** Where a random mutation takes place: the dice, and the rows whose ids begin with a prefix. */
export type MutationSite = {
  readonly dice: Dice;
  readonly prefix: string;
  /** SQL of an instant at or about the decision's, or of none. */
  instant(): string;
  /** SQL of the id of a random row that meets a condition. */
  one(table: string, where?: string): string;
  /** SQL by which the rows of a query over `from` come in random order. */
  shuffled(id: string): string;
  /** SQL of an id that nobody has, before or behind those that there are. */
  id(kind: string): string;
  /** A word that nobody has used. */
  word(): string;
};

/** A site for the rows of a world at an instant (ISO, UTC). */
export function mutationSite(dice: Dice, prefix: string, now: string): MutationSite {
  let count = 0;
  const shuffled = (id: string) => `md5(${id} || '${dice.between(0, 1_000_000)}')`;
  return {
    dice,
    prefix,
    shuffled,
    instant: () => {
      if (dice.chance(0.4)) return 'null';
      const away = dice.pick([...edges.past, ...edges.future]);
      return `'${new Date(Date.parse(now) + away).toISOString()}'::timestamptz`;
    },
    one: (table, where = 'true') =>
      `(select x.id from ${table} x where starts_with(x.id, '${prefix}') and ${where}
        order by ${shuffled('x.id')} limit 1)`,
    id: (kind) => {
      count += 1;
      return `'${prefix}${kind}_${dice.pick(['0', 'z'])}new${count}'`;
    },
    word: () => {
      count += 1;
      return `word${count}`;
    },
  };
}
