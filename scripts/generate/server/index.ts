import type { Contract } from '../contracts.ts';
import { printOperations } from './operations.ts';
import { printRoutes } from './routes.ts';
import { printErrorCodes, printPermissionKeys } from './tables.ts';
import { printTypes } from './types.ts';
import { printValidators } from './validators.ts';

/** Folder of the server's generated code below the root. Everything in it is generated. */
export const serverFolder = 'server/src/contract/generated';

/** The server's code of all contracts: paths below the root and contents. */
export async function printServer(contracts: readonly Contract[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const contract of contracts) {
    const folder = `${serverFolder}/${contract.name}`;
    const source = `openapi/${contract.name}`;
    files.set(`${folder}/operations.ts`, printOperations(contract, source));
    files.set(`${folder}/types.ts`, await printTypes(contract, source));
    for (const print of [printRoutes, printValidators])
      for (const [name, text] of print(contract, source)) files.set(`${folder}/${name}`, text);
    const { errors, errorsFile, permissions } = contract.tables;
    const shared = errorsFile.startsWith('openapi/shared/');
    files.set(`${shared ? serverFolder : folder}/error-codes.ts`, printErrorCodes(errors, errorsFile));
    files.set(
      `${serverFolder}/permission-keys.ts`,
      printPermissionKeys(permissions, 'openapi/shared/permissions.yaml'),
    );
  }
  return files;
}
