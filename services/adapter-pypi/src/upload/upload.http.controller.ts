import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { edgeContextOf, Filtered, Upload, uploadOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { maxFileBytes } from './upload-form.service.js';
import { UploadService } from './upload.service.js';

/** A file and the fields around it. */
const maxUploadBytes = maxFileBytes + 16 * 1024 * 1024;

/** PyPI's upload API (`/legacy/`), as twine, uv, flit, poetry, pdm and hatch speak it. */
@Controller('pypi/:repository')
export class UploadHttpController {
  readonly #uploads: UploadService;

  constructor(uploads: UploadService) {
    this.#uploads = uploads;
  }

  @Post('legacy')
  @HttpCode(200)
  @Filtered('publish', 'the form names the project, and who may not publish to it is refused before its file is taken')
  @Upload({ maxBytes: maxUploadBytes })
  async upload(@Req() request: FastifyRequest, @Param('repository') repository: string): Promise<void> {
    await this.#uploads.upload(repository, uploadOf(request), edgeContextOf(request));
  }
}
