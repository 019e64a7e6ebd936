import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { packageChanged, packageMoved, releaseRestored } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { DistTagEntity } from '../dist-tags/dist-tag.entity.js';
import { DistTagRepository } from '../dist-tags/dist-tag.repository.js';
import { PackumentRepository } from '../packument/packument.repository.js';
import { ReleaseMarkRepository } from '../releases/release-mark.repository.js';
import { npmNameIn } from '../names/npm-name.js';
import { PackageChanges } from './package-changes.js';
import { PackageMoves } from './package-moves.js';

/** What people do to packages as a whole → read model. Idempotent, in any order. */
@Injectable()
export class PackageSettingsProjection {
  readonly #changes: PackageChanges;
  readonly #moves: PackageMoves;
  readonly #packuments: PackumentRepository;
  readonly #marks: ReleaseMarkRepository;
  readonly #distTags: DistTagRepository;

  constructor(
    changes: PackageChanges,
    moves: PackageMoves,
    packuments: PackumentRepository,
    marks: ReleaseMarkRepository,
    distTags: DistTagRepository,
  ) {
    this.#changes = changes;
    this.#moves = moves;
    this.#packuments = packuments;
    this.#marks = marks;
    this.#distTags = distTags;
  }

  /** The same versions with the same bytes: their rows were kept. */
  @OnEvent(releaseRestored)
  async onRestored(event: EventEnvelope<DataOf<typeof releaseRestored>>): Promise<void> {
    const { aggregateversion: aggregateVersion, data } = event;
    await this.#changes.project(event, async (manager, key) => {
      await this.#marks.restore(manager, key, data.releases, aggregateVersion);
      let changed = await this.#marks.apply(
        manager,
        data.releases.map(({ releaseId }) => releaseId),
      );
      for (const [tag, version] of Object.entries(data.tags)) {
        const row = Object.assign(new DistTagEntity(), key, { tag, version, aggregateVersion });
        changed = (await this.#distTags.save(manager, row)) || changed;
      }
      return changed;
    });
  }

  /** No document shows it; who may read them is decided by it. */
  @OnEvent(packageChanged)
  async onChanged(event: EventEnvelope<DataOf<typeof packageChanged>>): Promise<void> {
    await this.#changes.project(event, async (manager, key) => {
      await this.#packuments.setVisibility(manager, key, event.data.visibility, event.aggregateversion);
      return false;
    });
  }

  @OnEvent(packageMoved)
  async onMoved(event: EventEnvelope<DataOf<typeof packageMoved>>): Promise<void> {
    const name = npmNameIn(event.data.packagePurl);
    if (name !== undefined) await this.#moves.move(event, name);
  }
}
