import { unreadable } from './archive-violation.js';
import type { BudgetMeter } from './budget-meter.js';
import { decodeUtf8 } from './entry-path.js';
import type { PaxOverrides } from './pax-records.js';
import { parsePax } from './pax-records.js';
import type { TarHeader } from './tar-header.js';

const maxExtensionBytes = 1024 * 1024;
/** What twelve octal digits of a header can say; above it a pax record has to. */
const maxOctalSize = 8 ** 11;

/** Headers that describe the next member (`x`, `L`, `K`) or all that follow (`g`). */
export class TarExtensions {
  #pax: PaxOverrides | undefined;
  #longName: string | undefined;
  #longLink: string | undefined;
  readonly #meter: BudgetMeter;

  constructor(meter: BudgetMeter) {
    this.#meter = meter;
  }

  static describes(header: TarHeader): boolean {
    return 'xgLK'.includes(header.typeFlag);
  }

  get pending(): boolean {
    return this.#pax !== undefined || this.#longName !== undefined || this.#longLink !== undefined;
  }

  async take(header: TarHeader, read: (length: number) => Promise<Buffer>): Promise<void> {
    if (header.size > maxExtensionBytes) {
      throw unreadable('extension-too-long', header.name ?? '', 'An extended header is too long.');
    }
    const data = await read(header.size);
    switch (header.typeFlag) {
      case 'g':
        this.#takeGlobal(data);
        break;
      case 'x':
        this.#once(this.#pax);
        this.#pax = parsePax(data);
        break;
      case 'L':
        this.#once(this.#longName);
        this.#longName = gnuText(data);
        break;
      default:
        this.#once(this.#longLink);
        this.#longLink = gnuText(data);
    }
  }

  /** The header with what was said about it, which is then forgotten. */
  apply(header: TarHeader): TarHeader {
    const { path, linkpath, size } = this.#pax ?? {};
    if (size !== undefined && size !== header.size && size < maxOctalSize) {
      throw unreadable('pax-size', header.name ?? '', 'A pax record contradicts the size in its header.');
    }
    const name = agreed(path, this.#longName) ?? header.name;
    const linkName = agreed(linkpath, this.#longLink) ?? header.linkName;
    this.#pax = this.#longName = this.#longLink = undefined;
    return { ...header, name, linkName, size: size ?? header.size };
  }

  #takeGlobal(data: Buffer): void {
    this.#meter.addEntries();
    if (this.pending) throw unreadable('extension-order', '', 'A global header separates a member from its name.');
    if (Object.keys(parsePax(data)).length > 0) {
      throw unreadable('pax-global-override', '', 'A global header renames or resizes all that follows.');
    }
  }

  #once(earlier: unknown): void {
    if (earlier !== undefined) throw unreadable('extension-order', '', 'Two extended headers describe one member.');
  }
}

function gnuText(data: Buffer): string {
  const end = data.indexOf(0);
  const text = decodeUtf8(end === -1 ? data : data.subarray(0, end));
  if (text === undefined) throw unreadable('name-not-utf8', '', 'A long name is not UTF-8.');
  if (end !== -1 && data.subarray(end).some((byte) => byte !== 0)) {
    throw unreadable('control-character', text, 'A long name contains NUL.');
  }
  return text;
}

function agreed(pax: string | undefined, gnu: string | undefined): string | undefined {
  if (pax !== undefined && gnu !== undefined && pax !== gnu) {
    throw unreadable('extension-order', pax, 'Two extended headers give one member different names.');
  }
  return pax ?? gnu;
}
