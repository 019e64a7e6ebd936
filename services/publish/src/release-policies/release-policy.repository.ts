import { Injectable } from '@nestjs/common';
import type { RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { ReleasePolicyEntity } from './release-policy.entity.js';
import type { ReleasePolicy } from './release-policy.rules.js';
import { wholePolicy } from './release-policy.rules.js';

/** A policy with its version, which is 0 where nobody has changed anything. */
export interface VersionedPolicy {
  readonly policy: ReleasePolicy;
  readonly version: number;
}

/** What was stored for a repository, within another statement; `wholePolicy` makes a policy of it. */
export function storedPolicySql(repositoryId: string): string {
  return `(SELECT rules FROM release_policies WHERE repository_id = ${repositoryId})`;
}

@Injectable()
export class ReleasePolicyRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async find(repositoryId: RepositoryId, manager: EntityManager = this.#dataSource.manager): Promise<VersionedPolicy> {
    const stored = await manager.getRepository(ReleasePolicyEntity).findOneBy({ repositoryId });
    return { policy: wholePolicy(stored?.rules), version: stored?.version ?? 0 };
  }

  async save(manager: EntityManager, policy: ReleasePolicyEntity): Promise<void> {
    await manager.getRepository(ReleasePolicyEntity).upsert(policy, ['repositoryId']);
  }
}
