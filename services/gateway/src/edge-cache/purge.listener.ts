import type { NatsConnection } from '@nats-io/transport-node';
import type { EventType } from '@waybill/contracts';
import {
  cachePurge,
  cachePurgeSubject,
  eventEnvelope,
  eventSubject,
  heard,
  packageChanged,
  packageMoved,
  packageVisibility,
  packageVisibilitySubject,
  repositoryChanged,
  repositoryVisibility,
  repositoryVisibilitySubject,
} from '@waybill/contracts';
import type { z } from 'zod';
import type { EdgeCache } from './edge-cache.js';

type Forgetful = Pick<EdgeCache, 'purge' | 'forgetAnswers' | 'changeVisibility' | 'changePackageVisibility'>;

/** Forgets what services say is not to be served any more, and confirms it to the sender (architecture.md §4). */
export function listenForPurges(connection: NatsConnection, cache: Forgetful, gatewayId: string): void {
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
  listenForBroadcasts(connection, cache, confirmation);
  listenForEvents(connection, cache);
}

/** Who changed who may see something waits for these to be confirmed. */
function listenForBroadcasts(connection: NatsConnection, cache: Forgetful, confirmation: string): void {
  const listen = <Schema extends z.ZodType>(subject: string, schema: Schema, act: (news: z.output<Schema>) => void) =>
    connection.subscribe(subject, {
      callback: (error, message) => {
        if (error !== null) return;
        const news = heard(schema, message);
        // What it did not understand it does not confirm: later answers of services would be judged as before.
        if (news === undefined) {
          cache.forgetAnswers();
          return;
        }
        act(news);
        message.respond(confirmation);
      },
    });
  listen(repositoryVisibilitySubject, repositoryVisibility, (news) => cache.changeVisibility(news));
  listen(packageVisibilitySubject, packageVisibility, (news) => cache.changePackageVisibility(news));
}

/** The same facts once more, for a gateway that was not there when they were broadcast. */
function listenForEvents(connection: NatsConnection, cache: Forgetful): void {
  const listen = <Schema extends z.ZodType>(
    type: EventType<Schema>,
    act: (data: z.output<Schema>, aggregateVersion: number) => void,
  ) => {
    connection.subscribe(eventSubject(type), {
      callback: (error, message) => {
        if (error !== null) return;
        const event = heard(eventEnvelope, message);
        const said = type.data.safeParse(event?.data);
        if (event === undefined || !said.success) cache.forgetAnswers();
        else act(said.data, event.aggregateversion);
      },
    });
  };
  listen(repositoryChanged, ({ repositoryId, organizationId, visibility, deleted }, aggregateVersion) => {
    cache.changeVisibility({ repositoryId, organizationId, visibility, deleted, aggregateVersion });
  });
  listen(packageChanged, ({ repository, packagePurl, visibility, deleted }, aggregateVersion) => {
    const { repositoryId } = repository;
    // What is deleted is nobody's business but theirs who may bring it back.
    const own = deleted ? 'private' : visibility;
    cache.changePackageVisibility({ repositoryId, packagePurl, visibility: own, aggregateVersion });
  });
  listen(packageMoved, ({ repository, to, packagePurl, visibility }, aggregateVersion) => {
    const news = { packagePurl, aggregateVersion };
    cache.changePackageVisibility({ ...news, repositoryId: repository.repositoryId, visibility: 'private' });
    cache.changePackageVisibility({ ...news, repositoryId: to.repositoryId, visibility });
  });
}
