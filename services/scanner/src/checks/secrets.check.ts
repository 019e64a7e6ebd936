import type { Finding } from '@waybill/domain';
import { hashToken, isTokenText, tokenTextPattern } from '@waybill/domain';
import type { Check, CheckResult, ScannedFile } from './check.js';
import { maxHeadBytes } from './check.js';
import { FindingList } from './finding-list.js';
import { findSecrets } from './secretlint.js';

const gate = 'P11';

/**
 * Credentials in a package (P11): the rules that secretlint recommends, and Waybill's own tokens. A finding names the kind
 * and the place of a secret, never the secret.
 */
export class SecretsCheck implements Check {
  readonly name = 'secrets';
  readonly #findings = new FindingList();
  readonly #leakedTokenHashes = new Set<string>();

  async visit(file: ScannedFile): Promise<void> {
    // Whatever else is found, and whatever kind of file it is: a token of ours has to be revoked.
    this.#findOwnTokens(file.path, file.text ?? file.head.toString('latin1'));
    if (file.text === undefined) return;
    await this.#findOthers(file.path, file.text);
    if (file.sizeBytes > maxHeadBytes) {
      this.#note('secret.searched-partly', 'flag', 'Only the beginning of a large file was searched for secrets.', {
        path: file.path,
      });
    }
  }

  finish(): CheckResult {
    return { findings: this.#findings.all, facts: [], leakedTokenHashes: [...this.#leakedTokenHashes] };
  }

  #findOwnTokens(path: string, text: string): void {
    for (const match of text.matchAll(tokenTextPattern)) {
      const token = match[0];
      if (!isTokenText(token)) continue;
      this.#leakedTokenHashes.add(hashToken(token));
      this.#note(
        'secret.waybill-token',
        'hold',
        'A token that has the form of the tokens of this registry is in the package; if it was one, it has been revoked.',
        { path, line: lineAt(text, match.index) },
      );
    }
  }

  async #findOthers(path: string, text: string): Promise<void> {
    for (const { kind, detail, line } of await findSecrets(path, text)) {
      const message = `Something that looks like a secret (${kind}: ${detail}) is in the package.`;
      this.#note(`secret.${kind}`, 'hold', message, { path, line });
    }
  }

  #note(
    code: string,
    level: Finding['level'],
    message: string,
    place: { readonly path: string; readonly line?: number },
  ): void {
    this.#findings.add({ rule: gate, code, level, message, ...place });
  }
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
