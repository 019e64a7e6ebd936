import { Controller, Delete, HttpCode, Param, Req } from '@nestjs/common';
import { edgeContextOf, Requires } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';
import { UnpublishService } from './unpublish.service.js';

/** `npm unpublish` of a package, and the last step of that of a version. */
@Controller('npm/:repository/:package')
export class UnpublishHttpController {
  readonly #unpublish: UnpublishService;

  constructor(unpublish: UnpublishService) {
    this.#unpublish = unpublish;
  }

  @Delete('-rev/:revision')
  @HttpCode(200)
  @Requires('delete', PackageResolver)
  async removePackage(@Req() request: FastifyRequest, @Param('revision') revision: string): Promise<object> {
    await this.#unpublish.removePackage(npmTargetOf(request), revision, edgeContextOf(request));
    return { ok: 'package removed', success: true };
  }

  @Delete('-/:file/-rev/:revision')
  @HttpCode(200)
  @Requires('delete', PackageResolver)
  async removeTarball(
    @Req() request: FastifyRequest,
    @Param('file') file: string,
    @Param('revision') revision: string,
  ): Promise<object> {
    await this.#unpublish.removeTarball(npmTargetOf(request), { file, revision }, edgeContextOf(request));
    return { ok: 'tarball removed', success: true };
  }
}
