import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';

/** At a time, at one replica. */
const maxOfOnePerson = 2;
const maxOfAll = 16;
const maxMilliseconds = 60 * 60_000;
const retryAfterSeconds = 30;

/** Bounds how many exports are written at a time, by one person or service account and by all: each reads a whole chain. */
@Injectable()
export class ExportSlots {
  readonly #byPerson = new Map<string, number>();
  #all = 0;

  /**
   * Begins an export of `person` (the id of an account), which holds its slot until it has ended or nobody reads it any more. Errors: `limit`
   * `audit.exports-too-many`.
   */
  hold(person: string, begin: () => Readable): Readable {
    const mine = this.#byPerson.get(person) ?? 0;
    if (mine >= maxOfOnePerson || this.#all >= maxOfAll) throw tooMany();
    const stream = begin();
    this.#byPerson.set(person, mine + 1);
    this.#all += 1;
    const timer = setTimeout(() => stream.destroy(new Error('An export took too long.')), maxMilliseconds).unref();
    stream.once('close', () => {
      clearTimeout(timer);
      this.#release(person);
    });
    return stream;
  }

  #release(person: string): void {
    this.#all -= 1;
    const left = (this.#byPerson.get(person) ?? 1) - 1;
    if (left === 0) this.#byPerson.delete(person);
    else this.#byPerson.set(person, left);
  }
}

function tooMany(): DomainError {
  return new DomainError('limit', 'audit.exports-too-many', 'Other exports are still being written; wait for them.', {
    retryAfterSeconds,
  });
}
