import { Injectable } from '@nestjs/common';
import { packageAggregate, packageOwnersChanged } from '@waybill/contracts';
import { Outbox } from '@waybill/messaging';
import type { StatementPart } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { PackageOwnershipEntity } from './package-ownership.entity.js';
import type { NamedUser, Owner, PackageKey } from './package-owners.repository.js';
import { PackageOwnersRepository } from './package-owners.repository.js';

interface ToldOwners {
  readonly aggregateVersion: number;
  readonly owners: readonly NamedUser[];
  readonly changedBy: string;
}

/** Says who owns a package from now on, within the transaction that locked the ownership. */
@Injectable()
export class OwnersAnnouncer {
  constructor(
    private readonly ownerships: PackageOwnersRepository,
    private readonly outbox: Outbox,
  ) {}

  /** `changedBy`: the actor. `learnedFrom`: the version of the package's event that told it, null for what people said. */
  async announce(
    manager: EntityManager,
    ownership: PackageOwnershipEntity,
    { changedBy, learnedFrom }: { readonly changedBy: string; readonly learnedFrom: number | null },
  ): Promise<{ aggregateVersion: number; owners: readonly Owner[] }> {
    const aggregateVersion = ownership.eventVersion + 1;
    await this.ownerships.save(manager, ownership, { learnedFrom, eventVersion: aggregateVersion });
    const owners = await this.ownerships.owners(ownership, manager);
    await this.outbox.append(
      manager,
      packageOwnersChanged,
      eventOf(ownership, { aggregateVersion, owners, changedBy }),
    );
    return { aggregateVersion, owners };
  }

  /** The same as a part of the statement that writes the first owners down. Then `sent`. */
  part(manager: EntityManager, key: PackageKey, told: ToldOwners, source: string): StatementPart {
    return this.outbox.part(manager, packageOwnersChanged, eventOf(key, told), source);
  }

  /** A statement with a `part` has run. */
  sent(): void {
    this.outbox.kickAfterCommit();
  }
}

function eventOf({ repositoryId, packagePurl }: PackageKey, { aggregateVersion, owners, changedBy }: ToldOwners) {
  return {
    aggregate: packageAggregate(repositoryId, packagePurl),
    aggregateVersion,
    data: {
      repositoryId,
      packagePurl,
      // Packages are read by everybody, addresses of people are not: nobody said that theirs may be.
      owners: owners.map(({ userId, username }) => ({ userId, username, email: null })),
      changedBy,
    },
  };
}
