import { EventEmitter } from 'node:events';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import type { PackageProjected } from '@waybill/contracts';
import { heard, packageProjected, packageProjectedSubject } from '@waybill/contracts';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { EdgePurge } from '@waybill/edge';
import { NATS_CONNECTION } from '@waybill/messaging';
import type { CacheTags } from '../cache-tags.js';
import { cacheTags } from '../cache-tags.js';
import type { PackageKey } from '../packages/package-key.js';
import type { ReadModelOptions } from '../read-model-options.js';
import { READ_MODEL } from '../read-model-options.js';

// News can get lost with the bus; the database is asked at least this often.
const pollMilliseconds = 500;
const maxEvents = 1000;

/**
 * Tells every replica that one package's read model has changed, since the replica that projects is seldom the one that
 * waits. News may get lost: who waits looks into the database now and then as well.
 */
@Injectable()
export class ProjectionNews implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #connection: NatsConnection;
  readonly #edgePurge: EdgePurge;
  readonly #subject: string;
  readonly #packageTag: CacheTags['packageTag'];
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  #subscription: Subscription | undefined;

  constructor(
    @Inject(NATS_CONNECTION) connection: NatsConnection,
    edgePurge: EdgePurge,
    @Inject(READ_MODEL) { service, ecosystem }: ReadModelOptions,
  ) {
    this.#connection = connection;
    this.#edgePurge = edgePurge;
    this.#subject = packageProjectedSubject(service);
    this.#packageTag = cacheTags(ecosystem).packageTag;
  }

  onApplicationBootstrap(): void {
    this.#subscription = this.#connection.subscribe(this.#subject, {
      callback: (error, message) => {
        if (error !== null) return;
        const news = heard(packageProjected, message);
        if (news !== undefined) this.#emitter.emit(keyOf(news.repositoryId, news.packagePurl), news.aggregateVersion);
      },
    });
  }

  onApplicationShutdown(): void {
    this.#subscription?.unsubscribe();
  }

  /** To be called when the change is committed: what the gateways keep of the package is gone before others hear of it. */
  async announce(news: PackageProjected): Promise<void> {
    const { repositoryId, packagePurl, aggregateVersion } = news;
    await this.#edgePurge.purge([this.#packageTag({ repositoryId, purl: packagePurl })]);
    this.#connection.publish(this.#subject, JSON.stringify({ repositoryId, packagePurl, aggregateVersion }));
  }

  /** Hears the news of a package from now on, until it is stopped. */
  listen({ repositoryId, purl }: PackageKey): PackageNews {
    return new PackageNews(this.#emitter, keyOf(repositoryId, purl));
  }

  /**
   * Looks until `look` finds something or `until` (milliseconds since the epoch) has passed, then undefined. It looks at
   * once, at every news of the package, and now and then in between; with `heard`, which has listened since before what is
   * waited for could happen, at news first. What it found is what the next reader gets from any gateway: it may have looked
   * before the purge of who projected was confirmed, so it purges as well, unless there was news of the very event
   * (`eventOf`) that made what it found: news is told after the purge.
   */
  async waitFor<Found>(
    key: PackageKey,
    until: number,
    look: () => Promise<Found | undefined>,
    { heard, eventOf }: { readonly heard?: PackageNews; readonly eventOf?: (found: Found) => number } = {},
  ): Promise<Found | undefined> {
    const news = heard ?? this.listen(key);
    const next = () => news.next(Math.max(0, Math.min(pollMilliseconds, until - Date.now())));
    try {
      if (heard !== undefined) await next();
      for (;;) {
        const found = await look();
        if (found !== undefined) {
          const isPurged = eventOf !== undefined && news.hasToldOf(eventOf(found));
          if (!isPurged) await this.#edgePurge.purge([this.#packageTag(key)]);
          return found;
        }
        if (Date.now() >= until) return undefined;
        await next();
      }
    } finally {
      news.stop();
    }
  }
}

/** What is heard of one package; nothing is missed between two calls of `next`. */
export class PackageNews {
  readonly stop: () => void;
  readonly #events = new Set<number>();
  #isNew = false;
  #wake: () => void = () => undefined;

  constructor(emitter: EventEmitter, key: string) {
    const hear = (aggregateVersion: number) => {
      this.#isNew = true;
      if (this.#events.size < maxEvents) this.#events.add(aggregateVersion);
      this.#wake();
    };
    emitter.on(key, hear);
    this.stop = () => {
      emitter.off(key, hear);
      this.#wake();
    };
  }

  /** Whether the change by the event with that aggregate version was told of. */
  hasToldOf(aggregateVersion: number): boolean {
    return this.#events.has(aggregateVersion);
  }

  /** Resolves at the next news, at once when there was some since the last call, or after so many milliseconds. */
  async next(milliseconds: number): Promise<void> {
    if (!this.#isNew) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => resolve(undefined), milliseconds);
      this.#wake = () => resolve(undefined);
      await promise;
      clearTimeout(timer);
    }
    this.#isNew = false;
  }
}

function keyOf(repositoryId: RepositoryId, purl: PackagePurl): string {
  return `${repositoryId}/${purl}`;
}
