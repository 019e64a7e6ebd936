import type { EventEnvelope, EventType, ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import { packageAggregate, releasePublished, repositoryCreated } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { expect } from 'vitest';
import type { AdapterUnderTest, NamedVersion } from './adapter-under-test.js';
import { memberOf } from './principals.js';
import type { RunningAdapter } from './running-adapter.js';
import { repository } from './running-adapter.js';

/** What `publish` tells of packages, and what clients then see. */
export class ToldPackages {
  readonly #subject: AdapterUnderTest;
  readonly #adapter: RunningAdapter;
  /** In the order of telling, as the event log has them. */
  readonly told: EventEnvelope[] = [];

  constructor(subject: AdapterUnderTest, adapter: RunningAdapter) {
    this.#subject = subject;
    this.#adapter = adapter;
  }

  /** Every address of a package; all of them are 200 or none is. */
  targetsOf(slug: string, named: NamedVersion): string[] {
    const subject = this.#subject;
    const first = [subject.documentTarget(slug, named), subject.fileTarget(slug, named)];
    return [...first, ...subject.furtherTargets(slug, named)];
  }

  async repository(slug: string, visibility: RepositoryFacts['visibility'] = 'public'): Promise<RepositoryFacts> {
    const facts = repository(slug, visibility);
    await this.tell(repositoryCreated, { aggregate: facts.repositoryId, version: 1, data: facts });
    return facts;
  }

  /** A published version that its readers see. */
  async publish(facts: RepositoryFacts, named: NamedVersion, version = 2): Promise<ReleaseFacts> {
    const release = await this.#subject.release(this.#adapter, facts, named);
    await this.tellOf(release, releasePublished, version, release);
    await this.becomes(facts, named, 200);
    return release;
  }

  /** About the package of a release, in the counting of that package. */
  async tellOf(
    { repository: { repositoryId }, packagePurl }: ReleaseFacts,
    type: EventType,
    version: number,
    data: unknown,
  ): Promise<void> {
    await this.tell(type, { aggregate: packageAggregate(repositoryId, packagePurl), version, data });
  }

  async tell(type: EventType, event: { aggregate: string; version: number; data: unknown }): Promise<void> {
    this.told.push(await this.#adapter.emit(type, event));
  }

  async becomes(
    facts: RepositoryFacts,
    named: NamedVersion,
    status: number,
    principal: Principal = memberOf(facts),
  ): Promise<void> {
    await eventually(async () => {
      for (const target of this.targetsOf(facts.slug, named)) {
        const answer = await this.#adapter.call(target, { principal });
        expect([target, answer.status]).toEqual([target, status]);
      }
    });
  }
}

/** What every event about releases of a package has. */
export function aboutPackage({ repository: facts, packagePurl }: ReleaseFacts): object {
  return { repository: facts, packagePurl, changedBy: 'user:1' };
}

export function marked({ releaseId, version }: ReleaseFacts): Pick<ReleaseFacts, 'releaseId' | 'version'> {
  return { releaseId, version };
}
