#!/usr/bin/env node
import { migrationChains } from './cli/migration-chains.ts';
import { runProcess } from './cli/run-process.ts';

await runProcess(migrationChains);
