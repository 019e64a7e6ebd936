import { createHash, randomUUID } from 'node:crypto';
import type { EventType, ReleaseSummary, RepositoryFacts } from '@waybill/contracts';
import {
  packageAggregate,
  packageChanged,
  packageMoved,
  packageOwnersChanged,
  releaseDeprecated,
  releasePublished,
  releaseRestored,
  releaseWithdrawn,
  tagMoved,
  tagRemoved,
} from '@waybill/contracts';
import type { PackagePurl, Visibility } from '@waybill/domain';

export interface Fact {
  readonly type: EventType;
  readonly aggregate: string;
  readonly version: number;
  readonly data: unknown;
  readonly id?: string;
}

/** What happens to one package, as its owners announce it; each call is the next fact. */
export class PackageHistory {
  readonly purl: PackagePurl;
  readonly #first: RepositoryFacts;
  #repository: RepositoryFacts;
  #version = 0;
  #ownersVersion = 0;

  constructor(repository: RepositoryFacts, name: string) {
    this.#first = repository;
    this.#repository = repository;
    this.purl = `pkg:npm/${name.replace('@', '%40')}` as PackagePurl;
  }

  published(version: string, summary: ReleaseSummary = {}, tags: string[] = ['latest']): Fact {
    const digest = `sha256:${createHash('sha256').update(version).digest('hex')}`;
    return this.#next(releasePublished, {
      releaseId: this.#idOf(version),
      purl: `${this.purl}@${version}`,
      packagePurl: this.purl,
      version,
      state: 'published',
      artifacts: [{ filename: 'a.tgz', role: 'tarball', mediaType: 'a/b', sizeBytes: 1, digests: { sha256: digest } }],
      metadata: { kind: 'inline', json: {} },
      tags,
      publishedBy: { actor: 'user:1', username: 'alice', userId: randomUUID() },
      summary,
      submittedAt: new Date().toISOString(),
      settledAt: new Date().toISOString(),
      reasons: [],
    });
  }

  deprecated(version: string, message: string | null): Fact {
    const releases = [{ releaseId: this.#idOf(version), version, message }];
    return this.#next(releaseDeprecated, { packagePurl: this.purl, changedBy: 'alice', releases });
  }

  withdrawn(versions: string[], removedTags: string[] = [], movedTags: Record<string, string> = {}): Fact {
    const releases = versions.map((version) => ({ releaseId: this.#idOf(version), version }));
    const data = { packagePurl: this.purl, changedBy: 'alice', releases, removedTags, movedTags };
    return this.#next(releaseWithdrawn, data);
  }

  tagged(tag: string, version: string): Fact {
    return this.#next(tagMoved, { packagePurl: this.purl, tag, version, movedBy: 'alice' });
  }

  untagged(tag: string): Fact {
    return this.#next(tagRemoved, { packagePurl: this.purl, tag, movedBy: 'alice' });
  }

  ownedBy(...usernames: string[]): Fact {
    const { repositoryId } = this.#repository;
    const owners = usernames.map((username) => ({ userId: randomUUID(), username, email: null }));
    return {
      type: packageOwnersChanged,
      aggregate: packageAggregate(repositoryId, this.purl),
      version: ++this.#ownersVersion,
      data: { repositoryId, packagePurl: this.purl, owners, changedBy: 'alice' },
    };
  }

  restored(versions: string[], tags: Record<string, string> = {}): Fact {
    const releases = versions.map((version) => ({ releaseId: this.#idOf(version), version }));
    return this.#next(releaseRestored, { packagePurl: this.purl, changedBy: 'alice', releases, tags });
  }

  says(visibility: Visibility | null): Fact {
    const data = { packagePurl: this.purl, changedBy: 'alice', visibility, archived: false, deleted: false };
    return this.#next(packageChanged, data);
  }

  /** Later facts are of its new place. */
  movedTo(to: RepositoryFacts): Fact {
    const data = { packagePurl: this.purl, changedBy: 'alice', to, visibility: null, archived: false };
    const fact = this.#next(packageMoved, data);
    this.#repository = to;
    return fact;
  }

  #next(type: EventType, data: object): Fact {
    const aggregate = packageAggregate(this.#repository.repositoryId, this.purl);
    return { type, aggregate, version: ++this.#version, data: { repository: this.#repository, ...data } };
  }

  // The same for the same version, in the form of a UUID.
  #idOf(version: string): string {
    const hex = createHash('sha256').update(`${this.#first.repositoryId}${this.purl}${version}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}
