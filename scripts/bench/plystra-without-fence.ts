import { loadConfig } from '../../server/src/platform/config/index.ts';
import { createLogger } from '../../server/src/platform/logging/index.ts';
import { runCore } from '../../server/src/run-core.ts';

// The server with the one thing that no configuration can switch: audit rows that go in unverified.
const config = loadConfig(process.env);
const log = createLogger({ level: config.log.level, format: config.log.format });
await runCore(config, log, () => undefined, { fenced: false });
