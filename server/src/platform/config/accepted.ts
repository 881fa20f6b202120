import { FALSE_WORDS, TRUE_WORDS } from './parse-value.ts';
import type { Variable } from './variable.ts';

/** What a variable accepts, as a phrase for messages and documentation. */
export function acceptedBy(variable: Variable): string {
  switch (variable.type) {
    case 'boolean':
      return `${TRUE_WORDS.join(', ')} or ${FALSE_WORDS.join(', ')}`;
    case 'integer':
      return `a whole number from ${variable.min} to ${variable.max}`;
    case 'duration': {
      const unit = variable.plainUnit === 'm' ? 'minutes' : 'seconds';
      return `a duration from ${variable.min} to ${variable.max}, as 250ms, 5s, 30m, 12h or 30d (a plain number is ${unit})`;
    }
    case 'choice':
      return variable.choices.length === 1
        ? variable.choices.join()
        : `one of ${variable.choices.join(', ')}`;
    case 'text':
      return variable.accepted;
    case 'url':
      return 'an http or https URL without credentials, query and fragment';
    case 'database-url':
      return 'postgres://user:password@host:port/database';
    case 'secret':
      return 'a random text without white space around it';
    case 'secret-list':
      return 'random texts, separated by commas';
    case 'origin-list':
      return 'origins such as https://app.example.com, separated by commas';
    case 'network-list':
      return 'IP addresses and networks such as 10.0.0.0/8, separated by commas';
  }
}
