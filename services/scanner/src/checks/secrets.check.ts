import { lintSource } from '@secretlint/core';
import { creator as recommendedPreset } from '@secretlint/secretlint-rule-preset-recommend';
import type { Finding } from '@waybill/domain';
import { hashToken, isTokenText, tokenTextPattern } from '@waybill/domain';
import type { Check, CheckResult, ScannedFile } from './check.js';
import { maxNotesPerCheck } from './check.js';

const gate = 'P11';

/**
 * Credentials in a package (P11): the rules that secretlint recommends, and Waybill's own tokens. A finding names the kind
 * and the place of a secret, never the secret.
 */
export class SecretsCheck implements Check {
  readonly name = 'secrets';
  readonly #findings: Finding[] = [];
  readonly #leakedTokenHashes = new Set<string>();

  async visit(file: ScannedFile): Promise<void> {
    if (file.text === undefined || this.#findings.length >= maxNotesPerCheck) return;
    this.#findOwnTokens(file.path, file.text);
    await this.#findOthers(file.path, file.text);
  }

  finish(): CheckResult {
    return { findings: this.#findings, facts: [], leakedTokenHashes: [...this.#leakedTokenHashes] };
  }

  #findOwnTokens(path: string, text: string): void {
    for (const match of text.matchAll(tokenTextPattern)) {
      const token = match[0];
      if (!isTokenText(token)) continue;
      this.#leakedTokenHashes.add(hashToken(token));
      const line = lineAt(text, match.index);
      this.#findings.push({
        rule: gate,
        code: 'secret.waybill-token',
        level: 'hold',
        message: 'A token of this registry is in the package; it has been revoked.',
        path,
        line,
      });
    }
  }

  async #findOthers(path: string, text: string): Promise<void> {
    const result = await lintSource({
      source: { filePath: path, content: text, contentType: 'text', ext: '' },
      options: {
        noPhysicFilePath: true,
        maskSecrets: true,
        config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommendedPreset }] },
      },
    });
    for (const message of result.messages.slice(0, maxNotesPerCheck)) {
      const kind = (message.ruleId.split('/').at(-1) ?? message.ruleId).replace(/^secretlint-rule-/, '');
      this.#findings.push({
        rule: gate,
        code: `secret.${kind}`,
        level: 'hold',
        message: `Something that looks like a secret (${kind}: ${message.messageId}) is in the package.`,
        path,
        line: message.loc.start.line,
      });
    }
  }
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
