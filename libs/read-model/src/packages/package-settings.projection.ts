import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { packageChanged, packageMoved } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { PackageMoves } from '../package-moves/package-moves.js';
import { PackageChanges } from './package-changes.js';
import { PackageRepository } from './package.repository.js';

/** What people do to packages as a whole → read model. Idempotent, in any order. */
@Injectable()
export class PackageSettingsProjection {
  readonly #changes: PackageChanges;
  readonly #moves: PackageMoves;
  readonly #packages: PackageRepository;

  constructor(changes: PackageChanges, moves: PackageMoves, packages: PackageRepository) {
    this.#changes = changes;
    this.#moves = moves;
    this.#packages = packages;
  }

  /** No document shows it; who may read them is decided by it. */
  @OnEvent(packageChanged)
  async onChanged(event: EventEnvelope<DataOf<typeof packageChanged>>): Promise<void> {
    await this.#changes.project(event, async (manager, key) => {
      await this.#packages.setVisibility(manager, key, event.data.visibility, event.aggregateversion);
      return false;
    });
  }

  @OnEvent(packageMoved)
  async onMoved(event: EventEnvelope<DataOf<typeof packageMoved>>): Promise<void> {
    await this.#moves.move(event);
  }
}
