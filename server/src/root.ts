import { join } from 'node:path';

/** The folder of the repository, or of the installed package. */
export const root = join(import.meta.dirname, '../..');
