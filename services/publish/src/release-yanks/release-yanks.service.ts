import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { releaseYanked } from '@waybill/contracts';
import { assertMayBecome, DomainError, parsePackagePurl } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import type { PackageWish } from '../package-changes/package-writer.js';
import { noVersion, PackageWriter } from '../package-changes/package-writer.js';
import { VisibleReleaseRepository } from '../package-changes/visible-release.repository.js';

/** Ecosystems whose clients know versions that are there and not to be chosen, by purl type. npm has deprecations instead. */
const yanking = new Set(['cargo', 'gem', 'pypi']);

/** Versions that are not to be chosen any more by who is not bound to them. */
@Injectable()
export class ReleaseYanksService {
  readonly #writer: PackageWriter;
  readonly #releases: VisibleReleaseRepository;
  readonly #outbox: Outbox;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    writer: PackageWriter,
    releases: VisibleReleaseRepository,
    outbox: Outbox,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#writer = writer;
    this.#releases = releases;
    this.#outbox = outbox;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /** Idempotent. Errors: `not-found`, `forbidden`, `invalid` `release.no-yank` in an ecosystem that has none. */
  async yank(
    wish: PackageWish,
    { version, yanked }: { readonly version: string; readonly yanked: boolean },
    by: AuditActor,
  ): Promise<void> {
    await this.#writer.authorize('yank', wish);
    const { ecosystem } = parsePackagePurl(wish.packagePurl);
    if (!yanking.has(ecosystem)) throw noYank(ecosystem);
    await this.#unitOfWork.run(async (manager) => {
      const { repository, owner } = await this.#writer.lock(manager, 'yank', wish);
      const [release] = owner === null ? [] : await this.#releases.list(manager, owner.packageId, [version]);
      if (owner === null || release === undefined) throw noVersion(version);
      if ((release.state === 'yanked') === yanked) return;
      assertMayBecome(release.state, yanked ? 'yanked' : 'published');
      const { releaseId } = release;
      await this.#releases.yank(manager, releaseId, yanked);
      const changed = { repository, owner, changedBy: by.actor };
      const event = await this.#writer.eventOf(manager, changed, [{ releaseId, version, yanked }]);
      await this.#outbox.append(manager, releaseYanked, event);
      await this.#audit.record(manager, by, {
        action: yanked ? 'release.yank' : 'release.unyank',
        subject: `release:${releaseId}`,
        organizationId: repository.organizationId,
        details: { purl: wish.packagePurl, version },
      });
    });
  }
}

function noYank(ecosystem: string): DomainError {
  return new DomainError(
    'invalid',
    'release.no-yank',
    `Clients of ${ecosystem} know no yanked versions: deprecate it, or take it back.`,
  );
}
