import { Controller, Get, Param, Req } from '@nestjs/common';
import { DomainError, parsePackagePurl, releasePurl } from '@waybill/domain';
import type { BlobReply } from '@waybill/edge';
import { artifactCaching, blobReply, cacheable, Requires } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { tagsOfPackage } from '../projects/pypi-read-model.js';
import { ProjectResolver, projectTargetOf } from '../repositories/pypi-request.js';
import { DistributionFileRepository } from './distribution-file.repository.js';

const metadataSuffix = '.metadata';

/** Distributions, and beside each the METADATA that is in it (PEP 658). */
@Controller('pypi/:repository/files')
export class FilesHttpController {
  readonly #files: DistributionFileRepository;

  constructor(files: DistributionFileRepository) {
    this.#files = files;
  }

  @Get(':name/:file')
  @Requires('read', ProjectResolver)
  async file(@Req() request: FastifyRequest, @Param('file') file: string): Promise<BlobReply> {
    const { resource } = projectTargetOf(request);
    cacheable(request, { tags: tagsOfPackage(resource), immutable: true });
    const isMetadata = file.endsWith(metadataSuffix);
    const filename = isMetadata ? file.slice(0, -metadataSuffix.length) : file;
    const found = await this.#files.findVisible(resource, filename);
    if (found === null) throw fileNotFound();
    const { settledAt: lastModified, version } = found;
    const cacheControl = artifactCaching(resource.visibility);
    if (isMetadata) {
      const { metadataDigest: digest, metadataBytes: sizeBytes } = found;
      if (digest === null || sizeBytes === null) throw fileNotFound();
      return blobReply({ digest, sizeBytes, mediaType: 'text/plain; charset=utf-8', cacheControl, lastModified });
    }
    return blobReply({
      digest: found.fileDigest,
      sizeBytes: found.fileBytes,
      mediaType: 'application/octet-stream',
      cacheControl,
      lastModified,
      download: {
        repositoryId: resource.repositoryId,
        purl: releasePurl(parsePackagePurl(resource.purl), version),
      },
    });
  }
}

function fileNotFound(): DomainError {
  return new DomainError('not-found', 'pypi.file', 'There is no such file.');
}
