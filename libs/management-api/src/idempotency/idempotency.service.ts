import { randomUUID, timingSafeEqual } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { DomainError, toDomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { IdempotencySeal } from './idempotency-seal.js';
import { idempotencySeal } from './idempotency-seal.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';

/** Longer than a request may take, so that nobody takes over what is still at work. */
const claimMilliseconds = 60_000;
const keptMilliseconds = 24 * 60 * 60 * 1000;
const maxAnswerBytes = 256 * 1024;
const attempts = 3;

export interface IdempotentRequest {
  readonly actor: string;
  readonly key: string;
  /** Method, target and body: what makes it this request and no other. */
  readonly request: string;
}

export type IdempotentOutcome = { readonly replayed: boolean; readonly answer: string };

/** Does what is asked for once per actor and key, and gives the same answer again for a day. */
@Injectable()
export class IdempotencyService {
  readonly #log = new Logger(IdempotencyService.name);

  constructor(
    private readonly keys: IdempotencyKeysRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * `work` returns the answer as text; what it throws is not kept. Errors: `conflict` `idempotency.key-reused`,
   * `idempotency.in-progress`, `idempotency.answer-lost` (it was done, and a crash took the answer).
   */
  async once({ actor, key, request }: IdempotentRequest, work: () => Promise<string>): Promise<IdempotentOutcome> {
    const seal = idempotencySeal(actor, key);
    const requestMac = seal.mac(request);
    const claim = randomUUID();
    await this.keys.sweep();
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const now = Date.now();
      const claimedUntil = new Date(now + claimMilliseconds);
      const expiresAt = new Date(now + keptMilliseconds);
      if (await this.keys.claim({ keyId: seal.keyId, requestMac, claim, claimedUntil, expiresAt })) {
        return { replayed: false, answer: await this.#perform(seal, claim, work) };
      }
      const kept = await this.#keptAnswer(seal, requestMac);
      if (kept !== undefined) return { replayed: true, answer: kept };
    }
    throw inProgress();
  }

  async #perform(seal: IdempotencySeal, claim: string, work: () => Promise<string>): Promise<string> {
    const { keyId } = seal;
    let answer: string;
    try {
      answer = await this.unitOfWork.accompany(async (manager) => {
        if (!(await this.keys.markApplied(manager, keyId, claim))) throw inProgress();
      }, work);
    } catch (thrown) {
      // A refusal has changed nothing; of a failure of ours one cannot know.
      const unlessApplied = toDomainError(thrown).status >= 500;
      await this.#orLog(this.keys.release(keyId, claim, { unlessApplied }));
      throw thrown;
    }
    if (Buffer.byteLength(answer) <= maxAnswerBytes) {
      await this.#orLog(this.keys.keepAnswer(keyId, claim, seal.seal(answer)));
    }
    return answer;
  }

  /** Undefined: the key has been given back meanwhile. */
  async #keptAnswer(seal: IdempotencySeal, requestMac: Buffer): Promise<string | undefined> {
    const known = await this.keys.find(seal.keyId);
    if (known === undefined) return undefined;
    if (!timingSafeEqual(known.requestMac, requestMac)) {
      throw new DomainError('conflict', 'idempotency.key-reused', 'That Idempotency-Key belongs to another request.');
    }
    const answer = known.sealedAnswer === null ? undefined : seal.open(known.sealedAnswer);
    if (answer !== undefined) return answer;
    if (known.claimed) throw inProgress();
    if (!known.applied) return undefined;
    throw new DomainError(
      'conflict',
      'idempotency.answer-lost',
      'It was done before, but its answer was lost: look whether what you asked for is there.',
    );
  }

  async #orLog(work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => {
      this.#log.warn({ msg: 'an idempotency key could not be settled', err: error });
    });
  }
}

function inProgress(): DomainError {
  return new DomainError('conflict', 'idempotency.in-progress', 'That request is still being worked on; try again.', {
    retryAfterSeconds: 1,
  });
}
