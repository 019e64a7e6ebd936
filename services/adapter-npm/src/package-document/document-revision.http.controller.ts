import { Controller, HttpCode, Param, Put, Req } from '@nestjs/common';
import { edgeContextOf, Requires, Upload, uploadOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';
import { maxChangeBytes } from './document-size.rules.js';
import { DocumentRevisionService } from './document-revision.service.js';

@Controller('npm/:repository')
export class DocumentRevisionHttpController {
  readonly #documents: DocumentRevisionService;

  constructor(documents: DocumentRevisionService) {
    this.#documents = documents;
  }

  /**
   * Only the body tells what is wanted, and each wish has a permission of its own: `delete` for versions, `metadata` for
   * deprecations, `read` for a star; on owners the service auth decides.
   */
  @Put([':package/-rev/:revision', '@:scope/:package/-rev/:revision'])
  @HttpCode(201)
  @Requires(
    'read',
    PackageResolver,
    'delete or metadata, as the body wants; on owners auth decides; a star needs no more',
  )
  @Upload({ maxBytes: maxChangeBytes })
  async put(@Req() request: FastifyRequest, @Param('revision') revision: string): Promise<object> {
    await this.#documents.put(npmTargetOf(request), revision, uploadOf(request), edgeContextOf(request));
    return { ok: 'package changed', success: true };
  }
}
