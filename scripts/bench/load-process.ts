import { postRequest, type RequestShape } from './http-request.ts';
import { loadWindow, type Window, type WindowPlan } from './load-window.ts';

/** What the load process is told: bodies to keep under a name, or a window to run with them. */
export type LoadOrder =
  | { readonly kind: 'bodies'; readonly name: string; readonly bodies: readonly unknown[] }
  | {
      readonly kind: 'window';
      readonly bodies: string;
      readonly shape: RequestShape;
      readonly plan: WindowPlan;
    };

/** What it answers. */
export type LoadReport = { readonly window: Window } | { readonly error: string } | { readonly kept: string };

const kept = new Map<string, readonly unknown[]>();
const made = new Map<string, readonly Buffer[]>();

process.on('message', async (order: LoadOrder) => {
  if (order.kind === 'bodies') {
    kept.set(order.name, order.bodies);
    return report({ kept: order.name });
  }
  try {
    report({ window: await loadWindow(order.plan, requestsOf(order.bodies, order.shape)) });
  } catch (error) {
    report({ error: error instanceof Error ? error.message : String(error) });
  }
});

function requestsOf(name: string, shape: RequestShape): readonly Buffer[] {
  const key = JSON.stringify([name, shape]);
  const requests = made.get(key) ?? (kept.get(name) ?? []).map((body) => postRequest(shape, body));
  made.set(key, requests);
  return requests;
}

function report(message: LoadReport): void {
  process.send?.(message);
}
