import { test } from 'node:test';
import type { Answer } from '../harness/server-http.ts';

/** How often each race is run: once, or as often as `PLYSTRA_RACE_ROUNDS` says. */
export const RACE_ROUNDS = Math.max(1, Number(process.env['PLYSTRA_RACE_ROUNDS'] ?? 1));

/** How many callers take part in a race. */
export const CALLERS = 50;

/** A test whose `round` is run `RACE_ROUNDS` times, one after the other, and must hold each time. */
export function race(invariant: string, round: (at: number) => Promise<void>): void {
  test(invariant, async () => {
    for (let at = 0; at < RACE_ROUNDS; at += 1) await round(at);
  });
}

/** Does something for `CALLERS` callers at once, and gives what they got, in their order. */
export function atOnce<Result>(call: (caller: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)));
}

/** How often each status was answered, as `201: 1, 409: 49`. */
export function tally(answers: readonly Answer<unknown>[]): string {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .sort(([one], [other]) => one - other)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ');
}

/** The answers of one status. */
export function withStatus<Data>(answers: readonly Answer<Data>[], status: number): readonly Answer<Data>[] {
  return answers.filter((answer) => answer.status === status);
}

/** What a server is told so that each round of callers without a credential can come from an address of its own. */
export const behindProxy = { TRUSTED_PROXIES: '127.0.0.1/32,::1/128' };

/** The header by which a trusted proxy names the address of a round, which no earlier round has used up. */
export function fromAddress(round: number): Readonly<Record<string, string>> {
  return { 'X-Forwarded-For': `198.51.${Math.floor(round / 250) % 250}.${(round % 250) + 1}` };
}
