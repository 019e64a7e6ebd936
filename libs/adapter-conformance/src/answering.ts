import type { NatsConnection } from '@nats-io/transport-node';
import type { RequestOf, RequestType } from '@waybill/contracts';
import { toDomainError } from '@waybill/domain';

/** Answers requests of that type on the bus in the place of the service that owns it; what is asked is checked by its schema. */
export function answering<Type extends RequestType>(
  bus: NatsConnection,
  type: Type,
  answer: (request: RequestOf<Type>) => unknown,
): void {
  const reply = async (data: unknown): Promise<unknown> => {
    try {
      return { ok: await answer(type.request.parse(data) as RequestOf<Type>) };
    } catch (error) {
      return { error: toDomainError(error).toWire() };
    }
  };
  bus.subscribe(type.subject, {
    callback: (error, message) => {
      if (error !== null) return;
      const { data, id } = message.json<{ data: unknown; id: string }>();
      void reply(data).then((response) => message.respond(JSON.stringify({ response, isDisposed: true, id })));
    },
  });
}
