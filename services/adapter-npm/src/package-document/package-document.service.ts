import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import type { EdgeContext, UploadedBody } from '@waybill/edge';
import { DeprecationService } from '../deprecate/deprecation.service.js';
import { isObject } from '../publish/package-json.js';
import { PublishService } from '../publish/publish.service.js';
import { assertMay, refusalTo, signedIn } from '../repositories/assert-may.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import { StarService } from '../star/star.service.js';
import { changesIn, isStarredAsSent, starIn } from './document-changes.rules.js';
import { assertMaySendTarball } from './document-size.rules.js';
import type { UploadedDocument } from './document-upload.service.js';
import { DocumentUploadService } from './document-upload.service.js';
import type { ChangedDocument } from './package-document.schema.js';
import { parseChangedDocument } from './package-document.schema.js';
import { staleRevision, StoredPackageService } from './stored-package.service.js';

/** What clients want with `PUT /{pkg}`: a tarball makes it a publish, versions a deprecation, `users` alone a star. */
export type DocumentPurpose = 'publish' | 'deprecate' | 'star';

/** Who sends a document, and with what. */
export interface DocumentCaller {
  readonly context: EdgeContext;
  readonly userAgent: string | undefined;
}

const nothingWanted = 'The document has neither a tarball to publish, nor versions to deprecate, nor a star.';

/** `PUT /{pkg}` (protocol notes 1(f) 7): finds out what is wanted, and has it done. */
@Injectable()
export class PackageDocumentService {
  readonly #uploads: DocumentUploadService;
  readonly #publish: PublishService;
  readonly #stored: StoredPackageService;
  readonly #deprecation: DeprecationService;
  readonly #stars: StarService;

  constructor(
    uploads: DocumentUploadService,
    publish: PublishService,
    stored: StoredPackageService,
    deprecation: DeprecationService,
    stars: StarService,
  ) {
    this.#uploads = uploads;
    this.#publish = publish;
    this.#stored = stored;
    this.#deprecation = deprecation;
    this.#stars = stars;
  }

  async put(target: NpmTarget, upload: UploadedBody, caller: DocumentCaller): Promise<DocumentPurpose> {
    const { context } = caller;
    signedIn(context.principal);
    const refused = refusalTo(context.principal, 'publish', target.resource);
    assertMaySendTarball(upload.sizeBytes, context.principal, target.resource);
    return this.#uploads.read(upload, refused, (uploaded) => this.#take(target, uploaded, caller));
  }

  async #take(target: NpmTarget, uploaded: UploadedDocument, caller: DocumentCaller): Promise<DocumentPurpose> {
    const { context } = caller;
    const purpose = purposeOf(uploaded);
    switch (purpose) {
      case 'publish':
        assertMay(context.principal, 'publish', target.resource);
        await this.#publish.publish({ name: target.name, resource: target.resource, ...caller }, uploaded);
        break;
      case 'deprecate':
        assertMay(context.principal, 'metadata', target.resource);
        await this.#deprecate(target, parseChangedDocument(target.name, uploaded.document), context);
        break;
      case 'star':
        await this.#star(target, parseChangedDocument(target.name, uploaded.document), context);
        break;
      case undefined:
        assertMay(context.principal, 'publish', target.resource);
        throw new DomainError('invalid', 'npm.document', nothingWanted);
    }
    return purpose;
  }

  // The document is the whole packument as it was read, with other texts; nothing else of it is taken over.
  async #deprecate(target: NpmTarget, document: ChangedDocument, context: EdgeContext): Promise<void> {
    const stored = await this.#stored.load(target);
    const { deprecations } = changesIn(document, stored);
    const changed = Object.keys(deprecations).length > 0;
    if (changed && document._rev !== undefined && versionsSeenBy(document._rev) !== `${stored.visibleVersion}`) {
      throw staleRevision(stored);
    }
    await this.#deprecation.deprecate(target, deprecations, context);
  }

  async #star(target: NpmTarget, document: ChangedDocument, context: EdgeContext): Promise<void> {
    const stored = await this.#stored.load(target);
    const { username } = signedIn(context.principal);
    // A request that is sent again after its answer was lost finds its own work done.
    if (isStarredAsSent(document, stored)) return;
    if (document._rev !== undefined && document._rev !== stored.revision) throw staleRevision(stored);
    await this.#stars.set(target, starIn(document, stored, username), context);
  }
}

function purposeOf({ document, attachments }: UploadedDocument): DocumentPurpose | undefined {
  if (attachments.size > 0) return 'publish';
  if (isObject(document)) {
    // Attachments without `data` are a publish as well, whose refusal says what is missing.
    if (isObject(document['_attachments']) && Object.keys(document['_attachments']).length > 0) return 'publish';
    if (isObject(document['versions']) && Object.keys(document['versions']).length > 0) return 'deprecate';
    if (isObject(document['users'])) return 'star';
  }
  return undefined;
}

// Whoever starred it meanwhile did not change its versions.
function versionsSeenBy(revision: string): string {
  return revision.slice(0, revision.indexOf('-'));
}
