import { Agent, request } from 'node:http';
import type { RunningVariant } from './bench-servers.ts';
import type { QuestionSets } from './questions.ts';
import type { SentQuestion } from './sent-question.ts';

const clients = 16;

/**
 * Asks a server the first `count` questions and holds every answer against the brute force: a fast wrong answer is no
 * figure.
 *
 * @throws Error that names the first difference
 */
export async function holdToBruteForce(
  { variant, server }: RunningVariant,
  { wide, expected }: QuestionSets,
  count: number,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  let next = 0;
  const client = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const question = wide[index];
      const right = expected[index];
      if (question === undefined || right === undefined) return;
      const { allow, deny_code } = await ask(agent, server.port, variant.shape, question);
      if (allow === right.allow && deny_code === right.denyCode) continue;
      throw new Error(
        `${variant.name} answers ${deny_code ?? 'allow'} where ${right.denyCode ?? 'allow'} is right: ` +
          JSON.stringify(question),
      );
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    agent.destroy();
  }
}

type Answer = { readonly allow: boolean; readonly deny_code: string | null };

function ask(
  agent: Agent,
  port: number,
  { path, headers }: RunningVariant['variant']['shape'],
  question: SentQuestion,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { agent, port, host: '127.0.0.1', method: 'POST', path };
    const sent = request(
      { ...options, headers: { ...headers, 'Content-Type': 'application/json' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode !== 200) return reject(new Error(`${response.statusCode}: ${text}`));
          resolve((JSON.parse(text) as { data: Answer }).data);
        });
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(question));
  });
}
