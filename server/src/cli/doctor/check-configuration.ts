import {
  ConfigError,
  type ConfigProblem,
  type Environment,
  loadConfig,
} from '../../platform/config/index.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, failed } = findingsOf('configuration');

/**
 * Holds the environment against the rules that the server starts by, all at once; outside production also against those
 * of production, as warnings.
 */
export function checkConfiguration(environment: Environment): Finding[] {
  const problems = problemsOf(environment);
  if (problems.length > 0) return problems.map((problem) => failed(...words(problem)));
  const { mode } = loadConfig(environment);
  const valid = ok(`It is valid for the mode ${mode}.`, { mode });
  if (mode === 'production') return [valid];
  const forProduction = problemsOf({ ...environment, SERVER_MODE: 'production' });
  return [
    valid,
    ...forProduction.map((problem) => {
      const [message, hint, figures] = words(problem);
      return warning(`Not for production: ${message}`, hint, figures);
    }),
  ];
}

function problemsOf(environment: Environment): readonly ConfigProblem[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function words({ variable, problem, accepted }: ConfigProblem) {
  return [`${variable} ${problem}.`, `Accepted: ${accepted}.`, { variable }] as const;
}
