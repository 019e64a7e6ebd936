import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { rules as recommendedRules } from '@secretlint/secretlint-rule-preset-recommend';
import { isExampleCredential } from './example-credential.js';

export interface FoundSecret {
  /** Which rule found it: `aws`, `npm`, `privatekey`, … */
  readonly kind: string;
  /** What that rule calls it: `AWSSecretAccessKey`, … */
  readonly detail: string;
  /** From 1. */
  readonly line: number;
}

// It would keep two entries per rule and file for as long as the process lives.
secretLintProfiler.setEnabled(false);

// Without the rule by which a comment in a file switches the others off: what is held is not for the package to say.
const rules = recommendedRules
  .filter((rule) => rule.meta.id !== '@secretlint/secretlint-rule-filter-comments')
  .map((rule) => ({ id: rule.meta.id, rule }));

// The longest host of a URL (RFC 1035).
const maxHostCharacters = 253;

/** What the rules that secretlint recommends find in a text, without what is plainly an example. */
export async function findSecrets(path: string, text: string): Promise<FoundSecret[]> {
  const { messages } = await lintSource({
    source: { filePath: path, content: text, contentType: 'text', ext: '' },
    options: { noPhysicFilePath: true, maskSecrets: true, config: { rules } },
  });
  return messages
    .filter(({ range: [start, end] }) => !isExample(text, start, end))
    .map(({ ruleId, messageId, loc }) => ({
      kind: (ruleId.split('/').at(-1) ?? ruleId).replace(/^secretlint-rule-/, ''),
      detail: messageId,
      line: loc.start.line,
    }));
}

// A rule may take only the beginning of a host, which must not pass for a reserved one that it is not.
function isExample(text: string, start: number, end: number): boolean {
  return isExampleCredential(text.slice(start, end)) && isExampleCredential(text.slice(start, end + maxHostCharacters));
}
