import { Controller, Get, Param, Req } from '@nestjs/common';
import type { BlobReply } from '@waybill/edge';
import { artifactCaching, blobReply, cacheable, Requires } from '@waybill/edge';
import { DomainError, parsePackagePurl, releasePurl } from '@waybill/domain';
import type { FastifyRequest } from 'fastify';
import { tarballVersionIn } from '../names/tarball-version.js';
import { tagsOfPackage } from '../projection/cache-tags.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';

@Controller('npm/:repository')
export class TarballHttpController {
  readonly #releases: ReleaseRepository;

  constructor(releases: ReleaseRepository) {
    this.#releases = releases;
  }

  @Get(':package/-/:file')
  @Requires('read', PackageResolver)
  async tarball(@Req() request: FastifyRequest, @Param('file') file: string): Promise<BlobReply> {
    const { name, resource } = npmTargetOf(request);
    cacheable(request, { tags: tagsOfPackage(resource), immutable: true });
    const version = tarballVersionIn(name, file);
    const release =
      version === undefined ? null : await this.#releases.findPublished(resource.repositoryId, resource.purl, version);
    if (release === null) throw new DomainError('not-found', 'npm.tarball', `${name} has no such tarball.`);
    return blobReply({
      digest: release.tarballDigest,
      sizeBytes: release.tarballBytes,
      mediaType: 'application/octet-stream',
      cacheControl: artifactCaching(resource.visibility),
      lastModified: release.settledAt,
      download: {
        repositoryId: resource.repositoryId,
        purl: releasePurl(parsePackagePurl(resource.purl), release.version),
      },
    });
  }
}
