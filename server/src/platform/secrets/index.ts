export { type FolderSecrets, folderSecrets, secretsFileName } from './secrets-file.ts';
