import { createServer } from 'node:http';
import type { SentQuestion } from '../sent-question.ts';

/**
 * Answers every request with what `answer` makes of its JSON body, on the port in `BENCH_PORT`: bare `node:http`,
 * without authentication and without validation.
 */
export function serveControl(answer: (question: SentQuestion) => string | Promise<string>): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      try {
        const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
        send(200, await answer(JSON.parse(String(body)) as SentQuestion));
      } catch (error) {
        send(500, JSON.stringify({ error: String(error) }));
      }
    });
    const send = (status: number, text: string) => {
      response.writeHead(status, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': Buffer.byteLength(text),
      });
      response.end(text);
    };
  });
  server.listen(Number(process.env['BENCH_PORT']), '127.0.0.1');
}
