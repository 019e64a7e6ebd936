import { headers } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { NatsRecordBuilder } from '@nestjs/microservices';
import type { ReplyOf, RequestOf, RequestType } from '@waybill/contracts';
import { DomainError, errorKinds } from '@waybill/domain';
import { traceHeaders } from '@waybill/observability';
import { firstValueFrom, timeout, TimeoutError } from 'rxjs';
import { z } from 'zod';
import { SharedClientNats } from './shared-connection.js';
import { MESSAGING_OPTIONS, NATS_CONNECTION } from './tokens.js';

const defaultTimeoutMilliseconds = 5000;
const retryAfterSeconds = 5;

const wireError = z.object({
  kind: z.enum(errorKinds),
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  retryAfterSeconds: z.number().exactOptional(),
});
const wireReply = z.union([z.object({ error: wireError }), z.object({ ok: z.unknown() })]);

/** Asks other services, over Nest's NATS transport. */
@Injectable()
export class RequestClient implements OnApplicationShutdown {
  readonly #client: SharedClientNats;

  constructor(
    @Inject(NATS_CONNECTION) connection: NatsConnection,
    @Inject(MESSAGING_OPTIONS) options: { readonly service: string },
  ) {
    this.#client = new SharedClientNats(connection, options.service);
  }

  /**
   * Errors: the `DomainError` of the other side as it was thrown there; `unavailable` `service.unavailable` when nobody
   * answers (in time), with `retryAfterSeconds`.
   */
  async ask<Type extends RequestType>(
    type: Type,
    request: z.input<Type['request']> | RequestOf<Type>,
    options: { readonly timeoutMs?: number } = {},
  ): Promise<ReplyOf<Type>> {
    const record = new NatsRecordBuilder(request).setHeaders(traceCarrier()).build();
    const answer = this.#client
      .send<unknown>(type.subject, record)
      .pipe(timeout(options.timeoutMs ?? defaultTimeoutMilliseconds));
    const reply = wireReply.parse(
      await firstValueFrom(answer).catch((error: unknown) => {
        throw unavailable(type, error);
      }),
    );
    if ('error' in reply) throw DomainError.fromWire(reply.error);
    return type.reply.parse(reply.ok) as ReplyOf<Type>;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#client.close();
  }
}

function traceCarrier() {
  const carrier = headers();
  for (const [name, value] of Object.entries(traceHeaders())) carrier.set(name, value);
  return carrier;
}

function unavailable(type: RequestType, cause: unknown): DomainError {
  const what = cause instanceof TimeoutError ? 'did not answer in time' : 'is not there';
  return new DomainError(
    'unavailable',
    'service.unavailable',
    `A part of the registry (${type.owner}) ${what}; try again.`,
    {
      cause,
      retryAfterSeconds,
      details: { service: type.owner },
    },
  );
}
