import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { cachePurge, cachePurgeSubject } from '@waybill/contracts';
import type { EdgeCache } from './edge-cache.js';

/** Forgets what services say is not to be served any more, and confirms it to the sender (architecture.md §4). */
export function listenForPurges(
  connection: NatsConnection,
  cache: Pick<EdgeCache, 'purge' | 'forgetAnswers'>,
  gatewayId: string,
): Subscription {
  const confirmation = JSON.stringify({ gatewayId });
  return connection.subscribe(cachePurgeSubject('*'), {
    callback: (error, message) => {
      if (error !== null) return;
      const news = cachePurge.safeParse(messageJson(message.data));
      // Only a service itself may publish on its subject, so that the subject vouches for the name (W10).
      if (news.success) cache.purge(message.subject.split('.')[1] ?? '', news.data.tags);
      // Something is not to be served any more, and nobody knows what.
      else cache.forgetAnswers();
      message.respond(confirmation);
    },
  });
}

function messageJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString()) as unknown;
  } catch {
    return undefined;
  }
}
