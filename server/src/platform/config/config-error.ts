/** One thing that is wrong with the configuration. None of the texts holds the value of a secret. */
export type ConfigProblem = {
  readonly variable: string;
  /** What is wrong, as the rest of a sentence that begins with the variable's name. */
  readonly problem: string;
  /** What would be right. */
  readonly accepted: string;
};

/** The configuration cannot be used. Holds every problem, so that they can be mended at once. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
  /** The exit code of processes that cannot start for it (`EX_CONFIG` of sysexits.h). */
  readonly exitCode = 78;
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    const lines = problems.map(
      ({ variable, problem, accepted }) => `  ${variable} ${problem}. Accepted: ${accepted}.`,
    );
    super([`The configuration has ${count}:`, ...lines].join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
