import { runProcess } from '../../src/cli/run-process.ts';

// plystractl on the folders of migrations in TEST_CHAINS (JSON) instead of the product's own.
await runProcess(JSON.parse(process.env['TEST_CHAINS'] ?? '[]') as string[]);
