import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { Ctx, MessagePattern, type NatsContext, Payload } from '@nestjs/microservices';
import type { ReplyOf, RequestOf, RequestType } from '@waybill/contracts';
import { DomainError, toDomainError, type WireError } from '@waybill/domain';
import { withRemoteTrace } from '@waybill/observability';
import { unavailableDatabase } from '@waybill/persistence';

const answersMetadata = Symbol('waybill.answers');

/** What goes back over the bus. Errors travel as data, so that their code, kind and details arrive whole. */
export type WireReply = { readonly ok: unknown } | { readonly error: WireError };

type Handler<Type extends RequestType> = (request: RequestOf<Type>) => Promise<ReplyOf<Type>> | ReplyOf<Type>;

/**
 * The method answers these requests: it gets the parsed request and returns the reply. A `DomainError` reaches the asking
 * service as it is; a database that cannot work now arrives as `unavailable`, anything else as `internal`; both are logged. Who may ask is in the contract (`callers`).
 */
export function Answers<Type extends RequestType>(type: Type) {
  return <Method extends Handler<Type>>(
    target: object,
    name: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    if (descriptor.value === undefined) return;
    const handler: Handler<Type> = descriptor.value;
    async function answer(this: unknown, payload: unknown, context?: NatsContext): Promise<WireReply> {
      try {
        const request = parseRequest(type, payload);
        const ok = await withRemoteTrace(traceOf(context), type.subject, async () => handler.call(this, request));
        return { ok };
      } catch (thrown) {
        const unavailable = unavailableDatabase(thrown);
        const error = toDomainError(unavailable ?? thrown);
        if (error.kind === 'internal' || unavailable !== undefined)
          new Logger(type.subject).error(thrown instanceof Error ? thrown.stack : thrown);
        return { error: error.toWire() };
      }
    }
    descriptor.value = answer as unknown as Method;
    Reflect.defineMetadata(answersMetadata, type, answer);
    const pattern: MethodDecorator = MessagePattern(type.subject);
    pattern(target, name, descriptor);
    // Without these Nest hands over the payload only, and the trace in the headers would end here.
    Payload()(target, name, 0);
    Ctx()(target, name, 1);
  };
}

/** The contract of a message handler; undefined for a method that answers nothing. For inventories. */
export function answeredBy(handler: object): RequestType | undefined {
  const found: unknown = Reflect.getMetadata(answersMetadata, handler);
  return found as RequestType | undefined;
}

function parseRequest<Type extends RequestType>(type: Type, payload: unknown): RequestOf<Type> {
  const parsed = type.request.safeParse(payload);
  if (parsed.success) return parsed.data as RequestOf<Type>;
  const problems = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new DomainError('invalid', 'request.malformed', `A request to ${type.subject} is malformed.`, {
    details: { problems },
  });
}

function traceOf(context: NatsContext | undefined): Record<string, string> {
  const headers = context?.getHeaders() as { get(name: string): string } | undefined;
  const traceparent = headers?.get('traceparent');
  return traceparent === undefined || traceparent === '' ? {} : { traceparent };
}
