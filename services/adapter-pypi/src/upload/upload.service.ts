import { Injectable } from '@nestjs/common';
import { submitRelease } from '@waybill/contracts';
import { digestHex, DomainError } from '@waybill/domain';
import type { EdgeContext, UploadedBody } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { PackageKey } from '@waybill/read-model';
import { PackageRepository, SettlementService } from '@waybill/read-model';
import type { FileNamePolicy } from '../distributions/file-name.rules.js';
import { readUploadFileName } from '../distributions/file-name.rules.js';
import { DistributionFileRepository } from '../files/distribution-file.repository.js';
import { isProjectName, normalizeName } from '../names/project-name.js';
import { assertNotReserved } from '../names/reserved-names.rules.js';
import { asUploadRefusal, fileExists } from './file-exists.js';
import { assertDigests } from './sent-digests.rules.js';
import type { Submission } from './submission.service.js';
import { SubmissionService } from './submission.service.js';
import { UploadAccess } from './upload-access.service.js';
import type { FormFields } from './upload-form.reader.js';
import { parseUploadForm } from './upload-form.rules.js';
import type { ArrivedFile, ArrivedForm } from './upload-form.service.js';
import { UploadFormService } from './upload-form.service.js';

const submitTimeoutMilliseconds = 15_000;

/** A registry of one's own takes what one has: files of before PEP 625, and wheels for one's own machines. */
const fileNames: FileNamePolicy = { historicNames: true, anyPlatform: true };

/** One file of one version: read, compared with its form, submitted, and waited for until the next read sees it. */
@Injectable()
export class UploadService {
  readonly #forms: UploadFormService;
  readonly #access: UploadAccess;
  readonly #packages: PackageRepository;
  readonly #files: DistributionFileRepository;
  readonly #submissions: SubmissionService;
  readonly #requests: RequestClient;
  readonly #settlement: SettlementService;

  constructor(
    forms: UploadFormService,
    access: UploadAccess,
    packages: PackageRepository,
    files: DistributionFileRepository,
    submissions: SubmissionService,
    requests: RequestClient,
    settlement: SettlementService,
  ) {
    this.#forms = forms;
    this.#access = access;
    this.#packages = packages;
    this.#files = files;
    this.#submissions = submissions;
    this.#requests = requests;
    this.#settlement = settlement;
  }

  /** The same file again is success. Errors: those of the form, the file, the pipeline and the settlement. */
  async upload(slug: string, body: UploadedBody, context: EdgeContext): Promise<void> {
    const assertWelcome = async (fields: FormFields) => {
      const [name] = fields.get('name') ?? [];
      if (name !== undefined && isProjectName(name)) {
        await this.#access.projectFor(context.principal, slug, normalizeName(name));
      }
    };
    await this.#forms.read(body, assertWelcome, (form) => this.#take(slug, form, context));
  }

  async #take(slug: string, { fields, content }: ArrivedForm, context: EdgeContext): Promise<void> {
    const claim = parseUploadForm(fields);
    const project = await this.#access.projectFor(context.principal, slug, claim.name);
    if (content === undefined) {
      throw new DomainError('invalid', 'pypi.form', 'Upload payload does not have a file.');
    }
    const { name, version, fileType: filetype } = claim;
    // A project that is there keeps its name, whatever was reserved since.
    if ((await this.#packages.find(project)) === null) assertNotReserved(name, claim.writtenName);
    const { filename, stored } = content;
    const fileName = readUploadFileName(filename, { filetype, name, version }, fileNames);
    assertDigests(claim.digests, stored.digests);
    if (await this.#isThere(project, filename, stored)) return;
    await this.#submissions.prepare(claim, fileName, stored, (submission) =>
      this.#submit(project, { submission, filename, blake2b256: stored.digests.blake2b256 }, context),
    );
  }

  /** Errors: `invalid` `pypi.file-exists` where it is there with other bytes. */
  async #isThere(project: PackageKey, filename: string, { digests }: ArrivedFile): Promise<boolean> {
    const known = await this.#files.findVisible(project, filename);
    if (known === null) return false;
    if (digestHex(known.fileDigest) === digests.sha256) return true;
    throw fileExists(filename, known.metadata.blake2b256);
  }

  async #submit(
    project: PackageKey,
    file: { readonly submission: Submission; readonly filename: string; readonly blake2b256: string },
    { principal, requestId, deadline, externalUrl }: EdgeContext,
  ): Promise<void> {
    const heard = this.#settlement.listen(project);
    try {
      const { release, joined } = await this.#requests.ask(
        submitRelease,
        { principal, repositoryId: project.repositoryId, requestId, ...file.submission },
        { timeoutMs: submitTimeoutMilliseconds },
      );
      await this.#settlement.waitFor(release, deadline, externalUrl, joined ? undefined : heard);
    } catch (error) {
      throw asUploadRefusal(error, file);
    } finally {
      heard.stop();
    }
  }
}
