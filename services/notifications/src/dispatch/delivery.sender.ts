import { Inject, Injectable } from '@nestjs/common';
import { toDomainError } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { Clock } from '../clock/clock.js';
import { cloudEventMediaType } from '../news/cloud-event.rules.js';
import { SigningSecretsService } from '../signing-secrets/signing-secrets.service.js';
import type { ClaimedDelivery } from './claims.repository.js';
import { retryAfterMilliseconds } from './retry.rules.js';
import { WebhookOutbound } from './webhook-outbound.js';

export const sendMilliseconds = 10_000;
const maxAnswerBytes = 16 * 1024;
const maxKeptCharacters = 1000;
const goneStatus = 410;
const reachedNobody = new Set(['outbound.address-refused', 'outbound.url-refused', 'outbound.unreachable']);

/** What became of one attempt. */
export interface Outcome {
  /** `gone`: the endpoint wants no more (410), as Standard Webhooks has it. */
  readonly kind: 'delivered' | 'failed' | 'gone';
  readonly at: Date;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string | null;
  /** What the endpoint asked for. */
  readonly retryAfterMs: number;
}

@Injectable()
export class DeliverySender {
  readonly #outbound: WebhookOutbound;
  readonly #secrets: SigningSecretsService;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(outbound: WebhookOutbound, secrets: SigningSecretsService, clock: Clock, @Inject(LOGGER) log: Logger) {
    this.#outbound = outbound;
    this.#secrets = secrets;
    this.#clock = clock;
    this.#log = log;
  }

  /** Never throws: whatever goes wrong is an outcome. */
  async send(delivery: ClaimedDelivery): Promise<Outcome> {
    const at = this.#clock.now();
    const started = performance.now();
    const about = { at, answer: null, status: null, error: null, retryAfterMs: 0 };
    const durationMs = () => Math.round(performance.now() - started);
    try {
      const { eventId: id, body, webhookId, url } = delivery;
      const signature = await this.#secrets.sign(webhookId, { id, at, body });
      const {
        status,
        headers,
        body: answer,
      } = await this.#outbound.send({
        method: 'POST',
        url,
        headers: { 'content-type': cloudEventMediaType, 'user-agent': 'Waybill-Webhooks/1', ...signature },
        body,
        timeoutMilliseconds: sendMilliseconds,
        maxAnswerBytes,
        longAnswer: 'cut',
      });
      const retryAfterMs = retryAfterMilliseconds(headers['retry-after'], at);
      const kind = kindOf(status);
      const error = kind === 'delivered' ? null : 'webhook.refused';
      return { ...about, kind, status, error, answer: keptText(answer), retryAfterMs, durationMs: durationMs() };
    } catch (thrown) {
      const error = toDomainError(thrown);
      const logged = { 'webhook.id': delivery.webhookId, 'error.code': error.code };
      // What the network does is its own business; anything else is ours.
      if (error.kind === 'internal') this.#log.error({ err: thrown, ...logged }, 'A delivery could not be made.');
      else this.#log.info(logged, 'A delivery found nobody.');
      return { ...about, kind: 'failed', ...shownFailure(error.code, durationMs()) };
    }
  }
}

/**
 * Of an address that may not be spoken to and one that nobody answers at, whoever made the webhook hears the same, at once:
 * otherwise the names that resolve to something inside could be told from others (security.md W3). The log has which it was.
 */
function shownFailure(code: string, durationMs: number): Pick<Outcome, 'error' | 'durationMs'> {
  return reachedNobody.has(code) ? { error: 'outbound.unreachable', durationMs: 0 } : { error: code, durationMs };
}

function kindOf(status: number): Outcome['kind'] {
  if (status >= 200 && status < 300) return 'delivered';
  return status === goneStatus ? 'gone' : 'failed';
}

// PostgreSQL takes no NUL, and nobody wants the other control characters in a terminal.
function keptText(answer: Buffer): string | null {
  const text = answer
    .toString('utf8')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .slice(0, maxKeptCharacters)
    .toWellFormed();
  return text === '' ? null : text;
}
