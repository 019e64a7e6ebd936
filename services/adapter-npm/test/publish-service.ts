import type { DataOf, ReleaseFacts, RepositoryFacts, RequestOf } from '@waybill/contracts';
import {
  changePackage,
  deprecateReleases,
  moveTag,
  packageAggregate,
  packageChanged,
  releaseDeprecated,
  releasePublished,
  releaseWithdrawn,
  removeTag,
  repositoryCreated,
  tagMoved,
  tagRemoved,
  withdrawReleases,
} from '@waybill/contracts';
import type { PackagePurl, RepositoryId, Visibility } from '@waybill/domain';
import { actorOf, DomainError, effectiveVisibility } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { answering } from './answering.js';
import { memberOf } from './principals.js';
import type { RunningAdapter } from './running-adapter.js';

interface FakePackage {
  readonly repository: RepositoryFacts;
  readonly purl: PackagePurl;
  readonly releases: ReleaseFacts[];
  readonly tags: Map<string, string>;
  version: number;
  visible: number;
}

type Manifest = Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };

/** The service `publish` as far as clients' changes of packages need it: remembers in memory, answers and announces. */
export class PublishService {
  readonly #adapter: RunningAdapter;
  readonly #packages = new Map<string, FakePackage>();
  /** What it was asked to change, in order. */
  readonly asked: string[] = [];

  private constructor(adapter: RunningAdapter) {
    this.#adapter = adapter;
  }

  static async start(adapter: RunningAdapter): Promise<PublishService> {
    const service = new PublishService(adapter);
    for (const repository of Object.values(adapter.repositories)) {
      await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
    }
    const bus = adapter.operator;
    answering(bus, changePackage, (request) => service.#change(request));
    answering(bus, deprecateReleases, (request) => service.#deprecate(request));
    answering(bus, withdrawReleases, (request) => service.#withdraw(request));
    answering(bus, moveTag, (request) => service.#moveTag(request));
    answering(bus, removeTag, (request) => service.#removeTag(request));
    return service;
  }

  /** A published version that the adapter shows. */
  async publish(
    manifest: Manifest,
    { visibility = 'public', tags = ['latest'] }: { visibility?: Visibility; tags?: string[] } = {},
  ): Promise<ReleaseFacts> {
    const repository = this.#adapter.repositories[visibility];
    const release = await this.#adapter.release(repository, manifest, { tags });
    const found = this.#of(repository.repositoryId, release.packagePurl, repository);
    found.releases.push(release);
    for (const tag of tags) found.tags.set(tag, release.version);
    await this.#emit(found, releasePublished, release);
    const principal = memberOf(repository);
    const target = `/npm/${repository.slug}/${manifest.name}/${manifest.version}`;
    await eventually(async () => {
      const { status } = await this.#adapter.call(target, { principal });
      if (status !== 200) throw new Error(`${target} is ${String(status)}`);
    });
    return release;
  }

  async #change({ repositoryId, packagePurl, visibility = null }: RequestOf<typeof changePackage>) {
    const found = this.#of(repositoryId, packagePurl);
    this.asked.push(`change ${JSON.stringify(visibility)}`);
    const data = { ...about(found), visibility, archived: false, deleted: false };
    const aggregateVersion = await this.#emit(found, packageChanged, data);
    return { aggregateVersion, visibility: effectiveVisibility(found.repository.visibility, visibility) };
  }

  async #deprecate({ repositoryId, packagePurl, messages }: RequestOf<typeof deprecateReleases>) {
    const found = this.#of(repositoryId, packagePurl);
    this.asked.push(`deprecate ${JSON.stringify(messages)}`);
    const releases = Object.entries(messages).map(([version, message]) => ({
      releaseId: releaseIn(found, version).releaseId,
      version,
      message: message === '' ? null : message,
    }));
    const aggregateVersion = await this.#emit(found, releaseDeprecated, { ...about(found), releases });
    return { aggregateVersion };
  }

  async #withdraw(request: RequestOf<typeof withdrawReleases>) {
    const found = this.#of(request.repositoryId, request.packagePurl);
    this.asked.push(`withdraw ${JSON.stringify(request.versions)} ${JSON.stringify(request.tags)}`);
    const expected = request.expectedAggregateVersion;
    if (expected !== undefined && expected !== found.visible) {
      throw new DomainError('conflict', 'package.changed-meanwhile', 'The package has changed meanwhile.');
    }
    const versions = request.versions === 'all' ? found.releases.map(({ version }) => version) : request.versions;
    const releases = versions.map((version) => ({ releaseId: releaseIn(found, version).releaseId, version }));
    found.releases.splice(0, Infinity, ...found.releases.filter(({ version }) => !versions.includes(version)));
    const removedTags = [...found.tags].filter(([, version]) => versions.includes(version)).map(([tag]) => tag);
    for (const tag of removedTags) found.tags.delete(tag);
    const data = { ...about(found), releases, removedTags, movedTags: request.tags };
    const aggregateVersion = await this.#emit(found, releaseWithdrawn, data);
    return { aggregateVersion, withdrawn: versions };
  }

  async #moveTag({ repositoryId, packagePurl, tag, version, principal }: RequestOf<typeof moveTag>) {
    const found = this.#of(repositoryId, packagePurl);
    this.asked.push(`tag ${tag} ${version}`);
    releaseIn(found, version);
    const { repository } = found;
    const data = { repository, packagePurl, tag, version, movedBy: actorOf(principal) };
    return { aggregateVersion: await this.#emit(found, tagMoved, data) };
  }

  async #removeTag({ repositoryId, packagePurl, tag, principal }: RequestOf<typeof removeTag>) {
    const found = this.#of(repositoryId, packagePurl);
    this.asked.push(`untag ${tag}`);
    const { repository } = found;
    const data = { repository, packagePurl, tag, movedBy: actorOf(principal) };
    return { aggregateVersion: await this.#emit(found, tagRemoved, data) };
  }

  async #emit(
    found: FakePackage,
    type: Parameters<RunningAdapter['emit']>[0],
    data: DataOf<typeof releaseDeprecated | typeof releaseWithdrawn | typeof releasePublished> | object,
  ): Promise<number> {
    found.version += 1;
    found.visible = found.version;
    const aggregate = packageAggregate(found.repository.repositoryId, found.purl);
    await this.#adapter.emit(type, { aggregate, version: found.version, data });
    return found.version;
  }

  #of(repositoryId: RepositoryId, purl: PackagePurl, repository?: RepositoryFacts): FakePackage {
    const key = packageAggregate(repositoryId, purl);
    const known = this.#packages.get(key);
    if (known !== undefined) return known;
    if (repository === undefined) throw new DomainError('not-found', 'version.not-found', 'There is no such package.');
    const made = { repository, purl, releases: [], tags: new Map<string, string>(), version: 1, visible: 1 };
    this.#packages.set(key, made);
    return made;
  }
}

function about(found: FakePackage) {
  return { repository: found.repository, packagePurl: found.purl, changedBy: 'user:1' };
}

function releaseIn(found: FakePackage, version: string): ReleaseFacts {
  const release = found.releases.find((candidate) => candidate.version === version);
  if (release === undefined) throw new DomainError('not-found', 'version.not-found', 'There is no such version.');
  return release;
}
