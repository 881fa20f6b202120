import { randomUUID } from 'node:crypto';
import pg from 'pg';
import {
  clonePrefix,
  databaseOf,
  runStatement,
  startTestServer,
  type TestServer,
} from './database-server.ts';

/** A database of one test file's own, with all core migrations applied and nothing in it. */
export type TestDatabase = {
  readonly url: string;
  /** Drops the database, and ends whatever connections to it are left. */
  drop(): Promise<void>;
};

type Template = Pick<TestServer, 'adminUrl' | 'template'>;

/** SQLSTATE of "source database is being accessed by other users": another clone is being made right now. */
const OBJECT_IN_USE = '55006';

let ownServer: Promise<TestServer> | undefined;

/**
 * Creates an empty, migrated database by cloning the template of this test run. Safe to call from many test
 * files and many times at once. Without a test run around it (a test file started by itself) it starts a server
 * of its own, which ends with the process.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, template } = templateOfRun() ?? (await templateOfProcess());
  const name = `${clonePrefix(template)}${randomUUID().replaceAll('-', '')}`;
  await clone(adminUrl, name, template);
  return {
    url: databaseOf(adminUrl, name),
    drop: () => runStatement(adminUrl, `drop database if exists ${name} with (force)`),
  };
}

/** What the global set-up of the run has left in the environment for the processes of the test files. */
function templateOfRun(): Template | undefined {
  const adminUrl = process.env['PLYSTRA_TEST_RUN_URL'];
  const template = process.env['PLYSTRA_TEST_RUN_TEMPLATE'];
  return adminUrl === undefined || template === undefined ? undefined : { adminUrl, template };
}

function templateOfProcess(): Promise<Template> {
  ownServer ??= startTestServer().then((server) => {
    // 'beforeExit' comes when nothing is left to do; 'exit' also when somebody ends the process by force.
    let closed = false;
    process.once('beforeExit', () => {
      closed = true;
      void server.close();
    });
    process.once('exit', () => {
      if (!closed) server.closeNow();
    });
    return server;
  });
  return ownServer;
}

async function clone(adminUrl: string, name: string, template: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runStatement(adminUrl, `create database ${name} template ${template}`);
    } catch (error) {
      const busy = error instanceof pg.DatabaseError && error.code === OBJECT_IN_USE;
      if (!busy || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25 * attempt));
    }
  }
}
