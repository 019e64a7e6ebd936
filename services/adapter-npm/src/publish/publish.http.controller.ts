import { Controller, HttpCode, Put, Req } from '@nestjs/common';
import { edgeContextOf, Requires, Upload, uploadOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import type { DocumentPurpose } from '../package-document/package-document.service.js';
import { PackageDocumentService } from '../package-document/package-document.service.js';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';

/** 256 MiB of tarball in base64, and 16 MiB of metadata around it. */
export const maxPublishBytes = Math.ceil((256 * 1024 * 1024 * 4) / 3) + 16 * 1024 * 1024;

/** Most packages are smaller; what is read once need not be written to the store before. */
export const maxInlineDocumentBytes = 128 * 1024;

@Controller('npm/:repository')
export class PublishHttpController {
  readonly #documents: PackageDocumentService;

  constructor(documents: PackageDocumentService) {
    this.#documents = documents;
  }

  /**
   * Publishes, deprecates or stars: only the body tells, and each of them has a permission of its own (`publish`,
   * `metadata`, `read`). The second form is what the gateway sees when a client leaves the slash of a scoped name as it is;
   * see canonical-target.ts.
   */
  @Put([':package', '@:scope/:package'])
  @HttpCode(201)
  @Requires('read', PackageResolver, 'publish or metadata, as the body wants; a star needs no more')
  @Upload({ maxBytes: maxPublishBytes, inlineBytes: maxInlineDocumentBytes })
  async put(@Req() request: FastifyRequest): Promise<object> {
    const caller = { context: edgeContextOf(request), userAgent: request.headers['user-agent'] };
    const done = await this.#documents.put(npmTargetOf(request), uploadOf(request), caller);
    return { ok: answers[done], success: true };
  }
}

const answers = {
  publish: 'created new package',
  deprecate: 'deprecations changed',
  star: 'stars changed',
} as const satisfies Record<DocumentPurpose, string>;
