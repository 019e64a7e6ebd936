import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { rawPublish } from '../npm/raw-publish.js';
import { tarballWith } from '../npm/tar.js';
import type { Registry } from '../registry.js';
import { unique } from '../registry.js';

export interface Tried {
  readonly name: string;
  readonly tarball: Buffer;
  acknowledged: boolean;
}

const retryMilliseconds = 100;
const attemptMilliseconds = 45_000;

/** Packages published one after another, each tried until it is acknowledged, as CI jobs with retries do. */
export class Traffic {
  readonly tried: Tried[] = [];
  /** Answers that no client can make sense of: neither success nor a refusal nor "come back later". */
  readonly odd: string[] = [];
  #over = false;
  readonly #streams: Promise<void>[];
  readonly #registry: Registry;

  constructor(registry: Registry, streams: number) {
    this.#registry = registry;
    this.#streams = Array.from({ length: streams }, () => this.#publishUntilOver());
  }

  get acknowledged(): readonly Tried[] {
    return this.tried.filter((one) => one.acknowledged);
  }

  /** Finishes what is in work, with its retries. */
  async stop(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#streams);
  }

  async #publishUntilOver(): Promise<void> {
    while (!this.#over) {
      const name = unique('fault');
      const filler = createHash('sha512').update(name).digest('hex').repeat(100);
      const tarball = tarballWith([
        { name: 'package/package.json', text: JSON.stringify({ name, version: '1.0.0' }) },
        { name: 'package/filler.txt', text: filler },
      ]);
      const one: Tried = { name, tarball, acknowledged: false };
      this.tried.push(one);
      while (!one.acknowledged) await this.#attempt(one);
    }
  }

  async #attempt(one: Tried): Promise<void> {
    try {
      const { name, tarball } = one;
      const response = await rawPublish(this.#registry, { name, version: '1.0.0', tarball }, attemptMilliseconds);
      const answer = await response.text();
      if (response.status === 201) {
        one.acknowledged = true;
        return;
      }
      if (response.status < 500) this.odd.push(`${response.status} ${answer}`);
      else assertNpmError(response, answer, this.odd);
    } catch {
      // The connection broke: the client does not know, and tries again.
    }
    await pause(retryMilliseconds);
  }
}

/** A failure still speaks npm: JSON with an `error` that its users read. */
function assertNpmError(response: Response, answer: string, odd: string[]): void {
  try {
    const body = JSON.parse(answer) as { error?: unknown };
    if (typeof body.error === 'string') return;
  } catch {
    // Said below.
  }
  odd.push(`${response.status} ${answer.slice(0, 200)}`);
}

export function sha512Of(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}
