import { Controller, HttpCode, Param, Put, Req } from '@nestjs/common';
import { edgeContextOf, Filtered, Upload, uploadOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { maxPublishBytes } from '../publish/publish.http.controller.js';
import { BatchPublishService } from './batch-publish.service.js';

@Controller('npm/:repository/-/pnpm/v1/publish')
export class BatchPublishHttpController {
  readonly #batch: BatchPublishService;

  constructor(batch: BatchPublishService) {
    this.#batch = batch;
  }

  @Put()
  @HttpCode(201)
  @Filtered('publish', 'every package in the batch must be one that the caller may publish, or none is')
  @Upload({ maxBytes: 4 * maxPublishBytes })
  async publish(@Req() request: FastifyRequest, @Param('repository') repositorySlug: string): Promise<object> {
    const context = edgeContextOf(request);
    const packages = await this.#batch.publish({ repositorySlug, upload: uploadOf(request), context });
    return { ok: `published ${packages} packages`, success: true };
  }
}
