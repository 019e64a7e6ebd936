import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { BlobReply } from '@waybill/edge';
import { blobReply, cacheable, callerOf, documentCaching, Requires } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tagsOfPackage } from '../projection/cache-tags.js';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';
import type { PackumentEntity, PackumentForm } from './packument.entity.js';
import { PackumentService } from './packument.service.js';
import { assertMayWrite, isReadToWrite } from './write-document.rules.js';

const abbreviatedType = 'application/vnd.npm.install-v1+json';

@Controller('npm/:repository')
export class PackumentHttpController {
  readonly #packuments: PackumentService;

  constructor(packuments: PackumentService) {
    this.#packuments = packuments;
  }

  @Get(':package')
  @Requires('read', PackageResolver, 'for `?write=true` any of publish, metadata, delete, manage-access')
  async packument(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | BlobReply> {
    const target = npmTargetOf(request);
    const writing = isReadToWrite(request);
    if (writing) assertMayWrite(request, callerOf(request), target.resource);
    else cacheable(request, { tags: tagsOfPackage(target.resource) });
    const form = writing ? 'full' : formFor(request.headers.accept);
    const packument = await this.#packuments.find(target, form);
    const headers = {
      ...documentCaching(target.resource.visibility),
      'last-modified': lastModified(packument.modifiedAt),
      ...(writing ? { 'cache-control': 'no-store' } : {}),
    };
    const mediaType = form === 'abbreviated' ? abbreviatedType : 'application/json';
    return send(reply, packument, mediaType, headers);
  }

  @Get(':package/:version')
  @Requires('read', PackageResolver)
  async version(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('version') version: string,
  ): Promise<object> {
    const target = npmTargetOf(request);
    cacheable(request, { tags: tagsOfPackage(target.resource) });
    reply.headers(documentCaching(target.resource.visibility));
    return this.#packuments.findVersion(target, version);
  }
}

/** `application/vnd.npm.install-v1+json` anywhere in Accept, unless it is refused with `q=0`; else the full form. */
function formFor(accept: string | undefined): PackumentForm {
  const offered = (accept ?? '').split(',').find((range) => range.trim().startsWith(abbreviatedType));
  if (offered === undefined || /;\s*q=0(\.0*)?\s*$/.test(offered)) return 'full';
  return 'abbreviated';
}

function send(
  reply: FastifyReply,
  packument: PackumentEntity,
  mediaType: string,
  headers: Record<string, string>,
): Buffer | BlobReply {
  const { body, blobDigest, sizeBytes, etag } = packument;
  if (body === null && blobDigest !== null) {
    return blobReply({ digest: blobDigest, sizeBytes, mediaType, etag, headers });
  }
  reply.headers({ ...headers, etag, 'content-type': mediaType });
  return body ?? Buffer.alloc(0);
}

// HTTP dates have whole seconds; rounded up, so that nobody takes a document for older than the change that it shows.
function lastModified(date: Date): string {
  return new Date(Math.ceil(date.getTime() / 1000) * 1000).toUTCString();
}
