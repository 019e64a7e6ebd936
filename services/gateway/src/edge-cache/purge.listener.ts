import type { NatsConnection } from '@nats-io/transport-node';
import {
  cachePurge,
  cachePurgeSubject,
  eventEnvelope,
  eventSubject,
  heard,
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
      const news = heard(cachePurge, message);
      // Only a service itself may publish on its subject, so that the subject vouches for the name (W10).
      if (news !== undefined) cache.purge(message.subject.split('.')[1] ?? '', news.tags);
      // Something is not to be served any more, and nobody knows what.
      else cache.forgetAnswers();
      message.respond(confirmation);
    },
  });
  connection.subscribe(repositoryVisibilitySubject, {
    callback: (error, message) => {
      if (error !== null) return;
      const news = heard(repositoryVisibility, message);
      // What it did not understand it does not confirm: later answers of services would be judged as before.
      if (news === undefined) {
        cache.forgetAnswers();
        return;
      }
      cache.changeVisibility(news);
      message.respond(confirmation);
    },
  });
  connection.subscribe(eventSubject(repositoryChanged), {
    callback: (error, message) => {
      if (error !== null) return;
      const event = heard(changedRepository, message);
      if (event === undefined) {
        cache.forgetAnswers();
        return;
      }
      const { data, aggregateversion: aggregateVersion } = event;
      const { repositoryId, visibility } = data;
      cache.changeVisibility({ repositoryId, visibility, aggregateVersion });
    },
  });
}
