/** A reason for which the demo ends early, in words for the person at the terminal. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
  /** 1: the server or an answer is not as it should be; 2: the person has to give something. */
  readonly exitCode: 1 | 2;

  constructor(exitCode: 1 | 2, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
