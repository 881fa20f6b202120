import type { Wire } from './api-client.ts';
import type { Answered } from './ask.ts';
import { inWords } from './in-words.ts';
import type { Question } from './questions.ts';

/** Puts a colour on text where colours are wanted. */
export type Paint = (style: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string) => string;

const CODES = { bold: 1, dim: 2, green: 32, red: 31, yellow: 33 } as const;

/** Colours for a terminal, none elsewhere, and none where NO_COLOR is set (no-color.org). */
export function paintFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const wanted = stream.isTTY === true && !env['NO_COLOR'];
  return (style, text) => (wanted ? `\u001B[${CODES[style]}m${text}\u001B[0m` : text);
}

/** One question with its answer, as lines for the terminal. */
export function answerText(
  paint: Paint,
  number: number,
  question: Question,
  { decision, differences }: Answered,
): string {
  const verdict = decision.allow ? paint('green', 'ALLOW') : paint('yellow', 'DENY ');
  const code = decision.deny_code === null ? '' : ` ${paint('dim', `(${decision.deny_code})`)}`;
  const lines = [
    `${number}. ${paint('bold', question.asked)}`,
    `   ${verdict}  ${decision.reason}${code}`,
    ...present(inWords(decision)).map((sentence) => `          ${sentence}`),
    `          ${paint('dim', `${onRecord(decision)}`)}`,
    ...differences.map((difference) => `   ${paint('red', 'WRONG')}  ${difference}`),
  ];
  return `${lines.join('\n')}\n`;
}

function present(sentence: string | null | undefined): readonly string[] {
  return sentence ? [sentence] : [];
}

function onRecord({ audit }: Wire['AuthzDecision']): string {
  if (audit === null) return 'not on record: AUDIT_WRITE_MODE keeps no row of it';
  return `on record as ${audit.audit_log_id}: ${audit.actor_user_id} as ${audit.actor_member_id}`;
}
