/** What a person at the terminal reads when a server with the embedded database is ready. */
export function firstRunMessage(url: string, dataFolder: string, secretsFile: string): string {
  return `
Plystra is ready.

  Address      ${url}/api/v1
  Reference    ${url}/docs
  Data         ${dataFolder}   (a real PostgreSQL; remove the folder to begin anew)
  Secrets      ${secretsFile}   (with the bootstrap token of the first super admin)

  Try it       npm run demo     in another terminal
  Stop         Ctrl-C
`;
}
