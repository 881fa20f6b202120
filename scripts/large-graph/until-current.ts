import { benchKey } from '../bench/bench-key.ts';

const everyMs = 100;

/** Waits until a server decides from memory. Gives the milliseconds that it took. */
export async function untilCurrent(port: number): Promise<number> {
  const started = performance.now();
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/ready`, {
      headers: { 'X-Plystra-API-Key': benchKey },
    });
    const { data } = (await answer.json()) as { data?: { problems: readonly { code: string }[] } };
    const late = data?.problems.some(({ code }) => code === 'graph_not_current') ?? true;
    if (!late) return performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
