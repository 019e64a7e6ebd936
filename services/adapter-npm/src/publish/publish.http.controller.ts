import { Controller, HttpCode, Put, Req } from '@nestjs/common';
import { edgeContextOf, Requires, Upload, uploadOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';
import { PublishService } from './publish.service.js';

/** 256 MiB of tarball in base64, and 16 MiB of metadata around it. */
const maxBodyBytes = Math.ceil((256 * 1024 * 1024 * 4) / 3) + 16 * 1024 * 1024;

@Controller('npm/:repository')
export class PublishHttpController {
  readonly #publish: PublishService;

  constructor(publish: PublishService) {
    this.#publish = publish;
  }

  // The second form is what the gateway sees when a client leaves the slash of a scoped name as it is; see canonical-target.ts.
  @Put([':package', '@:scope/:package'])
  @HttpCode(201)
  @Requires('publish', PackageResolver)
  @Upload({ maxBytes: maxBodyBytes })
  async publish(@Req() request: FastifyRequest): Promise<object> {
    const { name, resource } = npmTargetOf(request);
    await this.#publish.publish({ name, resource, upload: uploadOf(request), context: edgeContextOf(request) });
    return { ok: 'created new package', success: true };
  }
}
