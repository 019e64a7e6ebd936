import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';

/** At a time, at one replica. */
const maxOfOneActor = 2;
const maxOfAll = 16;
const maxMilliseconds = 60 * 60_000;
const retryAfterSeconds = 30;

/** Bounds how many exports are written at a time, by one actor and by all: each reads a whole chain. */
@Injectable()
export class ExportSlots {
  readonly #byActor = new Map<string, number>();
  #all = 0;

  /**
   * Begins an export, which holds its slot until it has ended or nobody reads it any more. Errors: `limit`
   * `audit.exports-too-many`.
   */
  hold(actor: string, begin: () => Readable): Readable {
    const mine = this.#byActor.get(actor) ?? 0;
    if (mine >= maxOfOneActor || this.#all >= maxOfAll) throw tooMany();
    const stream = begin();
    this.#byActor.set(actor, mine + 1);
    this.#all += 1;
    const timer = setTimeout(() => stream.destroy(new Error('An export took too long.')), maxMilliseconds).unref();
    stream.once('close', () => {
      clearTimeout(timer);
      this.#release(actor);
    });
    return stream;
  }

  #release(actor: string): void {
    this.#all -= 1;
    const left = (this.#byActor.get(actor) ?? 1) - 1;
    if (left === 0) this.#byActor.delete(actor);
    else this.#byActor.set(actor, left);
  }
}

function tooMany(): DomainError {
  return new DomainError('limit', 'audit.exports-too-many', 'Other exports are still being written; wait for them.', {
    retryAfterSeconds,
  });
}
