import { emptyWorld, type World } from './world.ts';

/** A small deterministic source of chance. */
export interface Dice {
  /** A number in [0, 1). */
  roll(): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** One of the items, each as likely; the list must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** One of the values, each as likely as its weight says. */
  weigh<T>(options: readonly (readonly [weight: number, value: T])[]): T;
}

/** Dice from a 32-bit seed (the mulberry32 generator): the same seed always rolls the same. */
export function makeDice(seed: number): Dice {
  let state = seed >>> 0;
  const roll = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + Math.floor(roll() * (high - low + 1));
  const pick = <T>(items: readonly T[]): T => {
    const index = between(0, items.length - 1);
    if (index < 0) {
      throw new RangeError('nothing to pick from');
    }
    return items[index] as T;
  };
  return {
    roll,
    chance: (probability) => roll() < probability,
    between,
    pick,
    weigh: (options) => {
      let left = roll() * options.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of options) {
        left -= weight;
        if (left < 0) {
          return value;
        }
      }
      return pick(options)[1];
    },
  };
}

/** A world in the making: its rows so far, the dice, the decision's instant, and ids that nobody else has. */
export interface Draft {
  dice: Dice;
  prefix: string;
  now: string;
  world: World;
  /** A new id; its letter after the kind is of either case, so that the order of ids is put to the test. */
  id(kind: string): string;
  /** The instant so many milliseconds after the decision's. */
  after(milliseconds: number): string;
  /** `deleted_at` of a row that is soft-deleted with the given probability. */
  maybeDeleted(probability: number): string | null;
  /** `status` of a row that is disabled with the given probability. */
  maybeDisabled(probability: number): 'active' | 'disabled';
}

/** An empty draft. `now` is an ISO instant in UTC with three decimals. */
export function startDraft(seed: number, prefix: string, now: string): Draft {
  const dice = makeDice(seed);
  let count = 0;
  const after = (milliseconds: number): string => new Date(Date.parse(now) + milliseconds).toISOString();
  return {
    dice,
    prefix,
    now,
    world: emptyWorld(),
    id: (kind) => `${prefix}${kind}_${dice.pick(['A', 'a', 'B', 'b', '9'])}${count++}`,
    after,
    maybeDeleted: (probability) => (dice.chance(probability) ? after(dice.pick([-86_400_000, -1, 0])) : null),
    maybeDisabled: (probability) => (dice.chance(probability) ? 'disabled' : 'active'),
  };
}

/** Distances from the decision's instant at which a window's edge may lie, in milliseconds. */
export const edges = { past: [-86_400_000, -1, 0], future: [1, 86_400_000] } as const;
