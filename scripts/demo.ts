// Loads a small finance scenario into a running server through its public API, asks six questions, and compares the
// answers with what they must be. Safe to run again. Exit codes: 0 all answers are right, 1 one is not or the server
// is not there, 2 the instance belongs to somebody else and no API key is given.

import { resolveDataFolder } from '../server/src/platform/embedded-postgres/data-folder.ts';
import { EmbeddedPostgresError } from '../server/src/platform/embedded-postgres/index.ts';
import { apiClient, unexpected } from './demo/api-client.ts';
import { ask } from './demo/ask.ts';
import { DemoFailure } from './demo/demo-failure.ts';
import { type DemoPlace, findCredentials } from './demo/find-credentials.ts';
import { loadScenario } from './demo/load-scenario.ts';
import { answerText, paintFor } from './demo/print.ts';
import { questions } from './demo/questions.ts';
import { scenario, scenarioEmails } from './demo/scenario.ts';

async function main(): Promise<number> {
  const place = placeFrom(process.env);
  const health = await apiClient(place.baseUrl, null)('/health');
  if (!health.ok) throw unexpected('Asking the server for its health', health);
  const { apiKey, userPasswords, found } = await findCredentials(place, Object.values(scenarioEmails));
  say(`Plystra at ${place.baseUrl}\n${found}\n`);

  const call = apiClient(place.baseUrl, apiKey);
  const { made, there } = await loadScenario(call, scenario(userPasswords));
  say(`Loaded the finance department of Acme: ${made} made, ${there} there already.\n\n`);

  const paint = paintFor(process.stdout, process.env);
  let wrong = 0;
  for (const [index, question] of questions.entries()) {
    const answered = await ask(call, question);
    if (answered.differences.length > 0) wrong += 1;
    say(`${answerText(paint, index + 1, question, answered)}\n`);
  }
  say(
    wrong === 0
      ? `All ${questions.length} answers are right, and each was on record before it was given.\n`
      : `${wrong} of ${questions.length} answers are wrong.\n`,
  );
  return wrong === 0 ? 0 : 1;
}

function placeFrom(env: NodeJS.ProcessEnv): DemoPlace {
  const address = env['PLYSTRA_BASE_URL'] || 'http://127.0.0.1:8080';
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
    throw new DemoFailure(2, `PLYSTRA_BASE_URL is ${address}, which is no http address.`);
  }
  return {
    baseUrl: address.replace(/\/*(api\/v1\/*)?$/, ''),
    dataFolder: dataFolderAt(env['PLYSTRA_DATA_DIR'] || '.plystra'),
    givenKey: env['PLYSTRA_API_KEY'] || null,
    givenToken: env['PLYSTRA_BOOTSTRAP_REGISTRATION_TOKEN'] || null,
  };
}

/** Where the server keeps its data when it is told this folder: elsewhere, if its database cannot reach it. */
function dataFolderAt(wanted: string): string {
  try {
    return resolveDataFolder(wanted).path;
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresError)) throw error;
    throw new DemoFailure(2, `${error.message}\n${error.hint}`);
  }
}

function say(text: string): void {
  process.stdout.write(text);
}

// A reader that has seen enough (`| head`) ends the run without a word.
process.stdout.on('error', () => process.exit(1));
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof DemoFailure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
