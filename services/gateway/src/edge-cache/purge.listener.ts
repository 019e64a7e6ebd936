import type { NatsConnection } from '@nats-io/transport-node';
import {
  cachePurge,
  cachePurgeSubject,
  eventEnvelope,
  eventSubject,
  repositoryChanged,
  repositoryVisibility,
  repositoryVisibilitySubject,
} from '@waybill/contracts';
import type { EdgeCache } from './edge-cache.js';

const changedRepository = eventEnvelope.extend({ data: repositoryChanged.data });

/** Forgets what services say is not to be served any more, and confirms it to the sender (architecture.md §4). */
export function listenForPurges(
  connection: NatsConnection,
  cache: Pick<EdgeCache, 'purge' | 'forgetAnswers' | 'changeVisibility'>,
  gatewayId: string,
): void {
  const confirmation = JSON.stringify({ gatewayId });
  connection.subscribe(cachePurgeSubject('*'), {
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
  connection.subscribe(repositoryVisibilitySubject, {
    callback: (error, message) => {
      if (error !== null) return;
      const news = repositoryVisibility.safeParse(messageJson(message.data));
      // What it did not understand it does not confirm: later answers of services would be judged as before.
      if (!news.success) {
        cache.forgetAnswers();
        return;
      }
      cache.changeVisibility(news.data);
      message.respond(confirmation);
    },
  });
  connection.subscribe(eventSubject(repositoryChanged), {
    callback: (error, message) => {
      if (error !== null) return;
      const event = changedRepository.safeParse(messageJson(message.data));
      if (!event.success) {
        cache.forgetAnswers();
        return;
      }
      const { data, aggregateversion: aggregateVersion } = event.data;
      const { repositoryId, visibility } = data;
      cache.changeVisibility({ repositoryId, visibility, aggregateVersion });
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
