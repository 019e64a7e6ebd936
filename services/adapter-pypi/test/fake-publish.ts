import { randomUUID } from 'node:crypto';
import type { RunningAdapter } from '@waybill/adapter-conformance';
import { answering } from '@waybill/adapter-conformance';
import { parseStagedKey } from '@waybill/blob-storage';
import type { ReleaseFacts, RequestOf } from '@waybill/contracts';
import { packageAggregate, releasePublished, submitRelease } from '@waybill/contracts';
import { actorOf, DomainError, packageOfRelease, parseReleasePurl } from '@waybill/domain';

/** The service `publish` as far as an upload needs it: takes one release per version, and publishes it at once. */
export class FakePublish {
  readonly #adapter: RunningAdapter;
  readonly #releases = new Map<string, ReleaseFacts>();
  readonly #versions = new Map<string, number>();
  /** What was submitted, in order. */
  readonly asked: RequestOf<typeof submitRelease>[] = [];
  /** Thrown to the next submission. */
  refusal: DomainError | undefined;

  constructor(adapter: RunningAdapter) {
    this.#adapter = adapter;
    answering(adapter.operator, submitRelease, (request) => this.#submit(request));
  }

  async #submit(request: RequestOf<typeof submitRelease>) {
    this.asked.push(request);
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) throw refusal;
    const key = `${request.repositoryId} ${request.purl}`;
    const known = this.#releases.get(key);
    const digestIn = ({ artifacts }: Pick<ReleaseFacts, 'artifacts'>) => artifacts[0]?.digests.sha256;
    if (known !== undefined && digestIn(known) === digestIn(request)) return { release: known, joined: true };
    if (known !== undefined) throw new DomainError('conflict', 'release.immutable', 'A version never changes.');
    const release = await this.#recorded(request);
    this.#releases.set(key, release);
    const aggregate = packageAggregate(request.repositoryId, release.packagePurl);
    const version = (this.#versions.get(aggregate) ?? 1) + 1;
    this.#versions.set(aggregate, version);
    await this.#adapter.emit(releasePublished, { aggregate, version, data: { ...release, state: 'published' } });
    return { release, joined: false };
  }

  async #recorded(request: RequestOf<typeof submitRelease>): Promise<ReleaseFacts> {
    const { repositories, store } = this.#adapter;
    const repository = Object.values(repositories).find(({ repositoryId }) => repositoryId === request.repositoryId);
    if (repository === undefined || request.principal.kind === 'anonymous') throw new Error('Who asks, and where?');
    for (const { stagedKey, sizeBytes, digests } of request.artifacts) {
      await store.promote({ key: parseStagedKey(stagedKey), sizeBytes, digests });
    }
    const now = new Date().toISOString();
    return {
      releaseId: randomUUID() as ReleaseFacts['releaseId'],
      repository,
      purl: request.purl,
      packagePurl: packageOfRelease(request.purl),
      version: parseReleasePurl(request.purl).version,
      state: 'quarantined',
      artifacts: request.artifacts.map(({ stagedKey: _, ...artifact }) => artifact),
      metadata: request.metadata,
      tags: [],
      publishedBy: { actor: actorOf(request.principal), username: request.principal.username, userId: null },
      summary: request.summary,
      submittedAt: now,
      settledAt: now,
      trustedPublisher: null,
      provenance: null,
      sourceVerified: null,
      approvals: [],
      reasons: [],
    };
  }
}
