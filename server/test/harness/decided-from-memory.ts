import type { Behind } from './server.ts';

/**
 * Asks again and again until a decision has been made from memory. What was stored behind the server's back reaches
 * its memory with a notice only, or late; until then decisions read the database.
 */
export async function untilDecidedFromMemory(behind: Behind, ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    await behind.sql("select pg_notify('plystra_graph', scope) from graph_revisions");
    await ask();
    // The connection is opened by the first decision that goes on record from memory.
    const open = await behind.sql(
      `select pid from pg_stat_activity
       where application_name = 'plystra audit single' and datname = current_database()`,
    );
    if (open.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
