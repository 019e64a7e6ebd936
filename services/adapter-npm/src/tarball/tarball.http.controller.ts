import { Controller, Get, Param, Req } from '@nestjs/common';
import type { BlobReply } from '@waybill/edge';
import { blobReply, Requires } from '@waybill/edge';
import { DomainError } from '@waybill/domain';
import type { FastifyRequest } from 'fastify';
import type { NpmName } from '../names/npm-name.js';
import { basenameOf } from '../names/npm-name.js';
import { artifactCaching } from '../packument/document-caching.js';
import { canonicalVersion } from '../publish/package-json.js';
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
    const version = versionIn(name, file);
    const release =
      version === undefined ? null : await this.#releases.findPublished(resource.repositoryId, resource.purl, version);
    if (release === null) throw new DomainError('not-found', 'npm.tarball', `${file} was not found.`);
    return blobReply({
      digest: release.tarballDigest,
      sizeBytes: release.tarballBytes,
      mediaType: 'application/octet-stream',
      cacheControl: artifactCaching(resource.visibility),
      lastModified: release.settledAt,
    });
  }
}

/** The version in a conventional file name (`left-pad-1.0.0.tgz`), the only one under which a tarball is served. */
function versionIn(name: NpmName, file: string): string | undefined {
  const prefix = `${basenameOf(name)}-`;
  if (!file.startsWith(prefix) || !file.endsWith('.tgz')) return undefined;
  const version = file.slice(prefix.length, -'.tgz'.length);
  return canonicalVersion(version) === version ? version : undefined;
}
