import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readScannedFile } from '../src/artifacts/scanned-file.js';
import type { Check, CheckResult, ScannedFile } from '../src/checks/check.js';

/** A file as the checks are shown it. */
export async function seenFile(path: string, content: string | Buffer, executable = false): Promise<ScannedFile> {
  const bytes = Buffer.from(content);
  return readScannedFile({ path, size: bytes.length, executable }, Readable.from(bytes.length === 0 ? [] : [bytes]));
}

/** What a check says of a package with these files, in this order. */
export async function resultOf(check: Check, files: Readonly<Record<string, string | Buffer>>): Promise<CheckResult> {
  for (const [path, content] of Object.entries(files)) await check.visit(await seenFile(path, content));
  return check.finish();
}

export function sha256Of(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Letters and digits without a pattern, the same for the same seed; for things that have the shape of a secret. */
export function randomLooking(length: number, seed = 'scanner'): string {
  let text = '';
  for (let round = 0; text.length < length; round += 1) {
    text += createHash('sha512')
      .update(`${seed}-${round}`)
      .digest('base64')
      .replace(/[^0-9A-Za-z]/g, '');
  }
  return text.slice(0, length);
}
