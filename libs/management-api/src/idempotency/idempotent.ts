import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { applyDecorators, Injectable, SetMetadata, UseInterceptors } from '@nestjs/common';
import { actorOf, DomainError } from '@waybill/domain';
import { callerOf, edgeContextOf } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { z } from 'zod';
import { IdempotencyService } from './idempotency.service.js';

export interface IdempotentOptions {
  /**
   * The answer holds a secret (a token's text): the client's key, from which the seal of the kept answer is derived, must then
   * be too long to be guessed. A UUID does.
   */
  readonly secretAnswer?: boolean;
}

const visible = /^[\x21-\x7e]{1,255}$/;
const minSecretKeyLength = 32;
const keptHeaders = ['location', 'etag', 'link'] as const;
const idempotentMetadata = 'waybill.idempotent';

const keptAnswer = z.object({
  headers: z.record(z.string(), z.string()),
  body: z.json().optional(),
});

/**
 * On a POST that creates something: with `Idempotency-Key`, the same request of the same actor is done once and answered the same
 * for a day; the repeated answer has `Idempotency-Replayed: true`. Without the header nothing changes. The route answers with a
 * value (`passthrough`), and its changes go through `UnitOfWork`. The permission is asked again each time, before.
 */
export function Idempotent(options: IdempotentOptions = {}): MethodDecorator {
  return applyDecorators(SetMetadata(idempotentMetadata, options), UseInterceptors(IdempotencyInterceptor));
}

export function isIdempotent(handler: object): boolean {
  return Reflect.hasMetadata(idempotentMetadata, handler);
}

@Injectable()
class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly idempotency: IdempotencyService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = request.headers['idempotency-key'];
    if (header === undefined) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return defer(() => this.#once(request, reply, checkedKey(header, optionsOf(context)), next));
  }

  async #once(request: FastifyRequest, reply: FastifyReply, key: string, next: CallHandler): Promise<unknown> {
    const asked = JSON.stringify([request.method, edgeContextOf(request).rawTarget, request.body ?? null]);
    const caller = callerOf(request);
    // Nobody in particular shares no key with anybody: another request is then simply another key.
    const actor = caller.kind === 'anonymous' ? `anonymous ${asked}` : actorOf(caller);
    let value: unknown;
    const { replayed, answer } = await this.idempotency.once({ actor, key, request: asked }, async () => {
      value = await lastValueFrom(next.handle(), { defaultValue: undefined });
      return JSON.stringify({ headers: headersOf(reply), body: value });
    });
    if (!replayed) return value;
    const { headers, body } = keptAnswer.parse(JSON.parse(answer));
    reply.headers({ ...headers, 'idempotency-replayed': 'true' });
    return body;
  }
}

function optionsOf(context: ExecutionContext): IdempotentOptions {
  return (Reflect.getMetadata(idempotentMetadata, context.getHandler()) ?? {}) as IdempotentOptions;
}

function checkedKey(header: string | string[], { secretAnswer = false }: IdempotentOptions): string {
  if (typeof header !== 'string' || !visible.test(header)) {
    throw unusableKey('Idempotency-Key is 1 to 255 visible characters.');
  }
  if (secretAnswer && header.length < minSecretKeyLength) {
    throw unusableKey(`Here an Idempotency-Key has at least ${String(minSecretKeyLength)} characters: use a UUID.`);
  }
  return header;
}

function unusableKey(message: string): DomainError {
  const code = 'idempotency.key-malformed';
  return new DomainError('invalid', code, message, {
    details: { errors: [{ field: 'header.idempotency-key', code, message }] },
  });
}

function headersOf(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = reply.getHeader(name);
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
