import type { NatsConnection } from '@nats-io/transport-node';
import type { ReplyOf, RequestOf, RequestType } from '@waybill/contracts';
import { toDomainError } from '@waybill/domain';

/** Answers a kind of request on the bus, in the place of the service whose it is. */
export function answerOnBus<Type extends RequestType>(
  bus: NatsConnection,
  type: Type,
  answer: (request: RequestOf<Type>) => ReplyOf<Type>,
): void {
  bus.subscribe(type.subject, {
    callback: (error, message) => {
      if (error !== null) return;
      const { data, id } = message.json<{ data: unknown; id: string }>();
      message.respond(JSON.stringify({ response: replyOf(data), isDisposed: true, id }));
    },
  });

  function replyOf(data: unknown): unknown {
    try {
      return { ok: answer(type.request.parse(data) as RequestOf<Type>) };
    } catch (error) {
      return { error: toDomainError(error).toWire() };
    }
  }
}
