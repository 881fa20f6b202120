import { Agent, request } from 'node:http';
import type { PlystradProcess } from '../crash/plystrad-process.ts';

/** A client whose one connection leads to one worker for as long as both live. */
export type WorkerClient = {
  /** Process id of the worker. */
  readonly pid: number;
  /** Sends a request on that connection, and gives status and data of its answer. */
  send(
    method: string,
    path: string,
    sent: Sent,
  ): Promise<{ readonly status: number; readonly data: unknown }>;
  end(): void;
};

type Sent = { readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };

/** A client for each of so many workers. The log of the server tells which worker took a connection. */
export async function clientsOfWorkers(
  server: PlystradProcess,
  workers: number,
): Promise<readonly WorkerClient[]> {
  const found = new Map<number, WorkerClient>();
  for (let attempt = 1; found.size < workers; attempt += 1) {
    if (attempt > 50) throw new Error(`50 connections led to ${found.size} worker(s).`);
    const client = newClient(server.url);
    const id = `which-${process.hrtime.bigint()}`;
    await client.send('GET', '/api/v1/health', { headers: { 'X-Request-ID': id } });
    const pid = await pidOf(server, id);
    if (found.has(pid)) client.end();
    else found.set(pid, { ...client, pid });
  }
  return [...found.values()];
}

/** The worker that logged a request, which it does after the answer. */
async function pidOf(server: PlystradProcess, requestId: string): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const line = server.logged.find((each) => each['request_id'] === requestId);
    if (line !== undefined) return Number(line['pid']);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`No worker logged ${requestId}.`);
}

function newClient(url: string): Omit<WorkerClient, 'pid'> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    send: (method, path, { headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const bytes = body === undefined ? undefined : JSON.stringify(body);
        const json = bytes === undefined ? {} : { 'Content-Type': 'application/json' };
        const call = request(
          `${url}${path}`,
          { method, agent, headers: { ...json, ...headers } },
          (answer) => {
            const chunks: Buffer[] = [];
            answer.on('data', (chunk: Buffer) => chunks.push(chunk));
            answer.on('error', reject);
            answer.on('end', () => {
              const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data?: unknown };
              resolve({ status: answer.statusCode ?? 0, data });
            });
          },
        );
        call.on('error', reject);
        call.end(bytes);
      }),
    end: () => agent.destroy(),
  };
}
