import { Injectable } from '@nestjs/common';
import { can, DomainError } from '@waybill/domain';
import type { EdgeContext, UploadedBody } from '@waybill/edge';
import { DeprecationService } from '../deprecate/deprecation.service.js';
import { DistTagRepository } from '../dist-tags/dist-tag.repository.js';
import { OwnersService } from '../owners/owners.service.js';
import { assertMay, signedIn } from '../repositories/assert-may.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import { StarService } from '../star/star.service.js';
import { WithdrawalService } from '../unpublish/withdrawal.service.js';
import type { DocumentChanges, StoredPackage } from './document-changes.rules.js';
import { changesIn, isStarredAsSent, isUnchanged, starIn } from './document-changes.rules.js';
import { assertMaySend } from './document-size.rules.js';
import { DocumentUploadService } from './document-upload.service.js';
import type { ChangedDocument } from './package-document.schema.js';
import { parseChangedDocument } from './package-document.schema.js';
import { assertFresh, StoredPackageService } from './stored-package.service.js';

const noAttachments = new DomainError('invalid', 'npm.attachments', 'A tarball is published without a revision.');

/** `PUT /{pkg}/-rev/{rev}`: versions that are left out are unpublished, or else the owners or a star are changed. */
@Injectable()
export class DocumentRevisionService {
  readonly #uploads: DocumentUploadService;
  readonly #stored: StoredPackageService;
  readonly #withdrawal: WithdrawalService;
  readonly #deprecation: DeprecationService;
  readonly #owners: OwnersService;
  readonly #stars: StarService;
  readonly #distTags: DistTagRepository;

  constructor(
    uploads: DocumentUploadService,
    stored: StoredPackageService,
    withdrawal: WithdrawalService,
    deprecation: DeprecationService,
    owners: OwnersService,
    stars: StarService,
    distTags: DistTagRepository,
  ) {
    this.#uploads = uploads;
    this.#stored = stored;
    this.#withdrawal = withdrawal;
    this.#deprecation = deprecation;
    this.#owners = owners;
    this.#stars = stars;
    this.#distTags = distTags;
  }

  /** Resolves when the next read sees it. Errors: `conflict` `npm.stale-revision`, `invalid`, those of what is changed. */
  async put(target: NpmTarget, revision: string, upload: UploadedBody, context: EdgeContext): Promise<void> {
    signedIn(context.principal);
    const { resource } = target;
    assertMaySend(upload.sizeBytes, context.principal, { actions: ['delete', 'metadata', 'manage-access'], resource });
    await this.#uploads.read(upload, noAttachments, async ({ document }) => {
      await this.#change(target, { revision, document: parseChangedDocument(target.name, document) }, context);
    });
  }

  async #change(
    target: NpmTarget,
    { revision, document }: { readonly revision: string; readonly document: ChangedDocument },
    context: EdgeContext,
  ): Promise<void> {
    if (document.versions !== undefined && Object.keys(document.versions).length === 0) throw noVersionLeft();
    const stored = await this.#stored.load(target);
    const changes = changesIn(document, stored);
    if (isUnchanged(changes) && isStarredAsSent(document, stored)) {
      // What is sent again after its answer was lost finds its own work done; with the right revision it never did any.
      if (revision === stored.revision) throw nothingToDo();
      assertMay(context.principal, ['publish', 'metadata', 'delete', 'manage-access'], target.resource);
      return;
    }
    if (changes.missingVersions.length > 0) {
      assertMay(context.principal, 'delete', target.resource);
      assertFresh(stored, revision);
      await this.#withdraw(target, stored, changes, context);
      return;
    }
    assertFresh(stored, revision);
    if (changes.owners !== undefined) {
      const change = { usernames: changes.owners, expected: stored.owners };
      await this.#owners.replace(target, change, context);
    } else if (Object.keys(changes.deprecations).length > 0) {
      await this.#deprecation.deprecate(target, changes.deprecations, context);
    } else if (!isStarredAsSent(document, stored)) {
      await this.#stars.set(target, starIn(document, stored, signedIn(context.principal).username), context);
    } else {
      throw new DomainError('invalid', 'npm.document', 'Tags are changed with `npm dist-tag`.');
    }
  }

  // Tags on what goes are gone with it; others the client may only have moved.
  async #withdraw(
    target: NpmTarget,
    stored: StoredPackage,
    changes: DocumentChanges,
    context: EdgeContext,
  ): Promise<void> {
    const { missingVersions, deprecations, removedTags, owners } = changes;
    const kept = removedTags.filter((tag) => !missingVersions.includes(stored.distTags[tag] ?? ''));
    if (kept.length > 0 || owners !== undefined || Object.keys(deprecations).length > 0) {
      throw new DomainError(
        'invalid',
        'npm.document',
        'A document that leaves out versions must not change owners, deprecations or other tags as well.',
      );
    }
    const withdrawal = {
      versions: missingVersions,
      tags: await this.#movableTags(target, stored, changes, context),
      expectedAggregateVersion: stored.visibleVersion,
    };
    await this.#withdrawal.withdraw(target, withdrawal, context);
  }

  /**
   * The right to delete moves the tags of what goes, as npm does with `latest`; every other move is that of `npm dist-tag`
   * and needs `publish` (security.md A4). A `latest` that is only shown, since no tag has that name, moves by itself.
   */
  async #movableTags(
    { resource }: NpmTarget,
    stored: StoredPackage,
    { missingVersions, movedTags }: DocumentChanges,
    { principal }: EdgeContext,
  ): Promise<Readonly<Record<string, string>>> {
    if (can(principal, 'publish', resource).allowed) return movedTags;
    const others = Object.keys(movedTags).filter((tag) => !missingVersions.includes(stored.distTags[tag] ?? ''));
    if (others.length > 0) assertMay(principal, 'publish', resource);
    const kept = await this.#distTags.of(resource.repositoryId, resource.purl);
    return Object.fromEntries(Object.entries(movedTags).filter(([tag]) => Object.hasOwn(kept, tag)));
  }
}

function noVersionLeft(): DomainError {
  return new DomainError(
    'invalid',
    'npm.document',
    'A document without any version unpublishes nothing; the whole package is deleted with DELETE /{pkg}/-rev/{rev}.',
  );
}

function nothingToDo(): DomainError {
  return new DomainError(
    'invalid',
    'npm.nothing-to-change',
    'The document has everything that is here, and leaves out nothing: there is nothing to unpublish or to change.',
  );
}
