import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { deprecateReleases, RequestOf } from '@waybill/contracts';
import { releaseDeprecated } from '@waybill/contracts';
import { actorOf, DomainError } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { storableText } from '../database/storable-text.js';
import { auditActorOf } from '../package-changes/audit-actor-of.js';
import { inMessages } from '../package-changes/in-messages.js';
import { noVersion, PackageWriter } from '../package-changes/package-writer.js';
import type { VisibleRelease } from '../package-changes/visible-release.repository.js';
import { VisibleReleaseRepository } from '../package-changes/visible-release.repository.js';

const maxVersions = 10_000;
/** How many versions an audit entry names; the events name all. */
const maxAudited = 100;

/** Who may change a package's metadata may say which of its versions nobody should use any more, and why. */
@Injectable()
export class DeprecationsService {
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

  /** Resolves to the version of the event, or of the package's last visible change where nothing had to change. */
  async deprecate(request: RequestOf<typeof deprecateReleases>): Promise<number> {
    await this.#writer.authorize('metadata', request);
    const { messages, packagePurl, principal } = request;
    const versions = Object.keys(messages);
    if (versions.length > maxVersions) throw tooMany();
    for (const text of [...versions, ...Object.values(messages)]) assertStorable(text);
    return this.#unitOfWork.run(async (manager) => {
      const { repository, owner } = await this.#writer.lock(manager, 'metadata', request);
      const known = owner === null ? [] : await this.#releases.list(manager, owner.packageId, versions);
      const knownVersions = new Set(known.map((release) => release.version));
      const missing = versions.find((version) => !knownVersions.has(version));
      if (owner === null || missing !== undefined) throw noVersion(missing ?? versions[0] ?? '');
      const changed = changesIn(known, messages);
      if (changed.length === 0) return owner.visibleVersion;
      await this.#releases.deprecate(manager, changed);
      const changedBy = actorOf(principal);
      for (const releases of inMessages(changed)) {
        const event = await this.#writer.eventOf(manager, { repository, owner, changedBy }, releases);
        await this.#outbox.append(manager, releaseDeprecated, event);
      }
      await this.#audit.record(manager, auditActorOf(request), {
        action: 'package.deprecate',
        subject: `package:${owner.packageId}`,
        organizationId: repository.organizationId,
        details: { purl: packagePurl, count: changed.length, versions: changed.slice(0, maxAudited) },
      });
      return owner.visibleVersion;
    });
  }
}

function changesIn(known: readonly VisibleRelease[], messages: Readonly<Record<string, string>>) {
  return known
    .map(({ releaseId, version, deprecation }) => ({
      releaseId,
      version,
      before: deprecation,
      message: messages[version] === undefined || messages[version] === '' ? null : messages[version],
    }))
    .filter(({ before, message }) => before !== message)
    .map(({ releaseId, version, message }) => ({ releaseId, version, message }));
}

function assertStorable(text: string): void {
  if (text === '' || storableText.test(text)) return;
  throw new DomainError('invalid', 'deprecation.text', 'This text cannot be stored.');
}

function tooMany(): DomainError {
  return new DomainError('limit', 'deprecation.too-many', `At most ${maxVersions} versions are deprecated at once.`);
}
