import { Agent, request } from 'node:http';
import { allowedQuestion } from '../harness/server-world.ts';

/** What became of one request. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly auditId: string | null;
      /** The code of an error; null for a decision. */
      readonly code: string | null;
    }
  /** An answer began and never ended. */
  | { readonly kind: 'cut' }
  /** The connection was refused or closed before an answer began. */
  | { readonly kind: 'unanswered' };

/** Clients that ask without pause. */
export type Load = {
  /** What became of each request, by its id. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Waits until so many requests have been answered with 200 from the start on. Throws when the server has gone before. */
  answered(count: number): Promise<void>;
  /** Waits until so many more have. */
  answeredMore(count: number): Promise<void>;
  /** Lets each client end its request and waits for it. */
  stop(): Promise<void>;
};

const question = Buffer.from(JSON.stringify(allowedQuestion));

/** Starts so many clients, each with one connection that it keeps, each asking the next question after its answer. */
export function startLoad(url: string, key: string, clients: number, name: string): Load {
  const outcomes = new Map<string, Outcome>();
  let stopping = false;
  let allowed = 0;
  let left = clients;
  const running = Array.from({ length: clients }, async (_, client) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let inARow = 0;
    // A server that refuses everything has gone.
    for (let number = 0; !stopping && inARow < 20; number += 1) {
      const id = `${name}-${client}-${number}`;
      const outcome = await ask(url, key, agent, id);
      outcomes.set(id, outcome);
      if (outcome.kind === 'answered' && outcome.status === 200) allowed += 1;
      inARow = outcome.kind === 'answered' ? 0 : inARow + 1;
      if (inARow > 0) await pause(5);
    }
    agent.destroy();
    left -= 1;
  });
  const answered = async (count: number) => {
    while (allowed < count) {
      if (left === 0) throw new Error(`The server has gone after ${allowed} answers.`);
      await pause(5);
    }
  };
  return {
    outcomes,
    answered,
    answeredMore: (count) => answered(allowed + count),
    async stop() {
      stopping = true;
      await Promise.all(running);
    },
  };
}

/** The ids of the audit rows of all decisions that were answered, by request id. */
export function answeredAuditIds(outcomes: ReadonlyMap<string, Outcome>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [id, outcome] of outcomes) {
    if (outcome.kind === 'answered' && outcome.auditId !== null) found.set(id, outcome.auditId);
  }
  return found;
}

function ask(url: string, key: string, agent: Agent, id: string): Promise<Outcome> {
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': question.length,
    'X-Plystra-API-Key': key,
    'X-Request-ID': id,
  };
  return new Promise((resolve) => {
    const call = request(`${url}/api/v1/authz/check`, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => undefined);
      response.on('close', () => {
        if (!response.complete) return resolve({ kind: 'cut' });
        const { data, error } = JSON.parse(Buffer.concat(chunks).toString()) as {
          data?: { audit_log_id: string };
          error?: { code: string };
        };
        const auditId = data?.audit_log_id ?? null;
        resolve({ kind: 'answered', status: response.statusCode ?? 0, auditId, code: error?.code ?? null });
      });
    });
    call.on('error', () => resolve({ kind: 'unanswered' }));
    call.end(question);
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
