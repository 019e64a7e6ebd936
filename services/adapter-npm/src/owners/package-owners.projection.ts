import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { packageOwnersChanged } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import type { PackageKey } from '@waybill/read-model';
import { PackageChanges } from '@waybill/read-model';
import { PackageOwnerRepository } from './package-owner.repository.js';
import { npmNameIn } from '../names/npm-name.js';
import type { PackageEntity } from '../packument/package.entity.js';

type Owners = DataOf<typeof packageOwnersChanged>['owners'];

/** Who owns a package → read model. Idempotent, in any order. */
@Injectable()
export class PackageOwnersProjection {
  readonly #changes: PackageChanges<PackageEntity>;
  readonly #owners: PackageOwnerRepository;

  constructor(changes: PackageChanges<PackageEntity>, owners: PackageOwnerRepository) {
    this.#changes = changes;
    this.#owners = owners;
  }

  /** In auth's own counting, apart from that of the releases. */
  @OnEvent(packageOwnersChanged)
  async onOwnersChanged(event: EventEnvelope<DataOf<typeof packageOwnersChanged>>): Promise<void> {
    const { repositoryId, packagePurl: purl, owners } = event.data;
    const name = npmNameIn(purl);
    if (name === undefined) return;
    const key = { repositoryId, purl };
    if (event.aggregateversion === 1 && (await this.#takeFirst(key, owners))) return;
    await this.#changes.change(key, name, async (manager, entity) => {
      if (entity.ownersVersion >= event.aggregateversion) return 'none';
      entity.ownersVersion = event.aggregateversion;
      entity.modifiedAt = new Date(Math.max(entity.modifiedAt.getTime(), Date.parse(event.time)));
      await this.#owners.replace(manager, key, owners);
      return 'all';
    });
  }

  /**
   * Before anything is known of owners, documents show the publishers: mostly the one who is now told to be the owner, and
   * then they stay as they are. Resolves to whether that is so, and written.
   */
  async #takeFirst(key: PackageKey, owners: Owners): Promise<boolean> {
    const [owner] = owners;
    if (owner === undefined || owners.length > 1 || owner.email !== null) return false;
    const seen = await this.#owners.seenBefore(key);
    if (seen === undefined || seen.publishers.length !== 1 || seen.publishers[0] !== owner.username) return false;
    // Nothing that anybody reads is different: there is no news of it.
    return this.#owners.insertFirst(key, owner, seen.rowVersion);
  }
}
