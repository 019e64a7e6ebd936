import { Controller, Get, Injectable, Req, Res } from '@nestjs/common';
import type { OrganizationId, PackagePurl, RepositoryId, Resource, Visibility } from '@waybill/domain';
import { DomainError, parseDigest } from '@waybill/domain';
import type { BlobReply, BlobReplyOptions, ResourceResolver } from '@waybill/edge';
import { blobReply, cacheable, Requires } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const shelfRepository: { organizationId: OrganizationId; readonly repositoryId: RepositoryId } = {
  organizationId: '0192f0c1-2222-7000-8000-000000000001' as OrganizationId,
  repositoryId: '0192f0c1-2222-7000-8000-000000000002' as RepositoryId,
};

export interface ShelvedItem {
  readonly text?: string;
  readonly visibility?: Visibility;
  /** Set where it is a package of its repository, and not the repository itself. */
  readonly purl?: PackagePurl;
  readonly vary?: string;
  readonly blob?: Pick<BlobReplyOptions, 'sizeBytes' | 'mediaType' | 'download'> & { readonly digest: string };
  /** Called when a request has read the item and is about to answer. */
  readonly beforeAnswer?: () => Promise<unknown>;
}

/** What `/toy/shelf/<name>` answers with; what is not there is a 404 that may be kept. */
export const shelf = new Map<string, ShelvedItem>();
/** Of names that are not on the shelf. */
export const emptyShelf = { visibility: 'public' as Visibility };

type Named = FastifyRequest<{ Params: { name: string } }>;

@Injectable()
export class ShelfResolver implements ResourceResolver {
  resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { name } = request.params as { name: string };
    const item = shelf.get(name);
    const visibility = (item ?? emptyShelf).visibility ?? 'public';
    const purl = item?.purl;
    const place = { ...shelfRepository, visibility };
    return Promise.resolve(purl === undefined ? { kind: 'repository', ...place } : { kind: 'package', purl, ...place });
  }
}

/** Answers that gateways may keep, as an adapter gives them. */
@Controller()
export class ShelfController {
  @Get('/toy/shelf/:name')
  @Requires('read', ShelfResolver)
  async item(@Req() request: Named, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer | BlobReply> {
    const { name } = request.params;
    cacheable(request, { tags: ['toy', `toy/${name}`] });
    const item = shelf.get(name);
    await item?.beforeAnswer?.();
    if (item === undefined) throw new DomainError('not-found', 'toy.missing', 'There is no such toy.');
    if (item.vary !== undefined) void reply.header('vary', item.vary);
    const { blob } = item;
    if (blob !== undefined) return blobReply({ ...blob, digest: parseDigest(blob.digest), etag: '"blob-1"' });
    const text = `${item.text ?? ''}${item.vary === undefined ? '' : ` for ${request.headers.accept ?? 'nobody'}`}`;
    void reply.headers({
      etag: `"${Buffer.from(text).toString('base64url').slice(0, 20)}-${String(text.length)}"`,
      'content-type': 'text/plain',
    });
    return Buffer.from(text);
  }

  /** Which no gateway keeps. */
  @Get('/toy/tags-of/:name')
  @Requires('read', ShelfResolver)
  tags(@Req() request: Named, @Res({ passthrough: true }) reply: FastifyReply): object {
    void reply.header('cache-control', 'public, max-age=60');
    return { latest: shelf.get(request.params.name)?.text ?? '' };
  }

  @Get('/toy/files-of/:name')
  @Requires('read', ShelfResolver)
  file(@Req() request: Named): BlobReply {
    cacheable(request, { tags: ['toy', `toy/${request.params.name}`], immutable: true });
    const blob = shelf.get(request.params.name)?.blob;
    if (blob === undefined) throw new DomainError('not-found', 'toy.missing', 'There is no such toy.');
    return blobReply({ ...blob, digest: parseDigest(blob.digest), cacheControl: 'public, max-age=60, immutable' });
  }
}
