import { startTestServer, type TestServer } from './database-server.ts';

let server: TestServer | undefined;

/**
 * Starts the one database server of a test run, for `node --test --test-global-setup=<this file>`. The test
 * files run in processes of their own and find it through the environment that they inherit.
 */
export async function globalSetup(): Promise<void> {
  server = await startTestServer();
  process.env['PLYSTRA_TEST_RUN_URL'] = server.adminUrl;
  process.env['PLYSTRA_TEST_RUN_TEMPLATE'] = server.template;
  process.once('exit', () => server?.closeNow());
}

/** Ends the server when all test files are through. */
export async function globalTeardown(): Promise<void> {
  await server?.close();
  server = undefined;
}
