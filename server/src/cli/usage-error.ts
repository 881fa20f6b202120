/** A command line that cannot be understood. The message names the word at fault. */
export class UsageError extends Error {
  /** How the command, or the group of commands, is called. */
  readonly usage: string;

  constructor(message: string, usage: string) {
    super(message);
    this.name = 'UsageError';
    this.usage = usage;
  }
}
