import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startTestServer, type TestServer, type TestServerOptions } from '../harness/server.ts';
import { send } from '../harness/server-http.ts';

const program = join(import.meta.dirname, '../../src/plystrad.ts');

/**
 * Starts two server processes on one database, as behind a load balancer that sends each request to the other one:
 * this process and one of its own. What a process keeps apart in its memory meets the other one in the database.
 */
export async function startTwoProcesses(options: TestServerOptions = {}): Promise<TestServer> {
  const first = await startTestServer(options);
  const lines: string[] = [];
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'] ?? '', LOG_FORMAT: 'json', ...first.variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const stopBoth = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await first.stop();
  };
  try {
    const urls = [first.url, await addressOf(child, lines)] as const;
    let requests = 0;
    return {
      ...first,
      api(method, path, sent) {
        requests += 1;
        return send(urls[requests % 2] as string, method, path, sent);
      },
      logText: () => `${first.logText()}${lines.join('\n')}`,
      stop: stopBoth,
    };
  } catch (error) {
    await stopBoth();
    throw error;
  }
}

/** Keeps the log of the process, and gives its address when it is ready. */
function addressOf(child: ChildProcess, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('The process has no output.');
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      if (!line.startsWith('{')) return;
      const { msg, url } = JSON.parse(line) as { readonly msg?: string; readonly url?: string };
      if (msg === 'ready') resolve(String(url));
    });
    child.once('close', (code) =>
      reject(new Error(`The second process ended with ${code}:\n${lines.join('\n')}`)),
    );
  });
}
