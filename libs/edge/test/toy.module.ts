import { Controller, Get, Injectable, Module, Post, Put, Req, Res } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import { DomainError, parseDigest } from '@waybill/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  blobReply,
  callerOf,
  edgeContextOf,
  EdgeModule,
  OpenToEverybody,
  PublishersToo,
  Requires,
  resolvedResource,
  TakesForms,
  Upload,
  uploadOf,
} from '../src/index.js';
import type { BlobReply, EdgeDeclaration, ResourceResolver } from '../src/index.js';

export const toyDeclaration: EdgeDeclaration = {
  prefixes: ['/toy/'],
  hostPaths: [{ method: 'POST', path: '/-/toys/:name/exchange' }],
  credentials: [{ kind: 'bearer' }],
  dialect: {
    contentType: 'application/json',
    body: { toyError: '$message', code: '$code', request: '$requestId' },
    reasonPhrase: true,
  },
};

const publicRepository = {
  kind: 'repository',
  organizationId: '0192f0c1-2222-7000-8000-000000000001',
  repositoryId: '0192f0c1-2222-7000-8000-000000000002',
} as const;

@Injectable()
export class ToyResolver implements ResourceResolver {
  resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const name = request.raw.url?.split('/').at(-1);
    if (name === 'missing') return Promise.resolve(undefined);
    const visibility = name === 'private' ? 'private' : 'public';
    return Promise.resolve({ ...publicRepository, visibility } as Resource);
  }
}

@Controller()
export class ToyController {
  @Get('/toy/echo/*')
  @OpenToEverybody('it says what it hears')
  echo(@Req() request: FastifyRequest): unknown {
    return {
      target: request.raw.url,
      rawTarget: edgeContextOf(request).rawTarget,
      headers: request.headers,
      caller: callerOf(request).kind,
      context: edgeContextOf(request).requestId,
      externalUrl: edgeContextOf(request).externalUrl,
      address: edgeContextOf(request).clientAddress,
    };
  }

  @Get('/toy/guarded/:name')
  @Requires('read', ToyResolver)
  guarded(@Req() request: FastifyRequest): unknown {
    return { kind: resolvedResource(request).kind };
  }

  @Get('/toy/large/:bytes')
  @OpenToEverybody('it answers at length')
  large(@Req() request: FastifyRequest<{ Params: { bytes: string } }>, @Res() reply: FastifyReply): void {
    void reply.type('text/plain').send('x'.repeat(Number(request.params.bytes)));
  }

  @Get('/toy/blob/:digest')
  @OpenToEverybody('it names bytes')
  blob(@Req() request: FastifyRequest<{ Params: { digest: string } }>): BlobReply {
    return blobReply({
      digest: parseDigest(request.params.digest),
      sizeBytes: 11,
      mediaType: 'text/plain',
      cacheControl: 'public, max-age=60',
      lastModified: new Date('2026-01-02T03:04:05Z'),
    });
  }

  @Put('/toy/files/*')
  @OpenToEverybody('it counts what arrives')
  @Upload({ maxBytes: 1_000_000, digests: ['sha512'], inlineBytes: 100 })
  async upload(@Req() request: FastifyRequest): Promise<unknown> {
    const { staged, mediaType, ...upload } = uploadOf(request);
    let bytes = 0;
    for await (const chunk of await upload.open()) bytes += (chunk as Buffer).length;
    return { bytes, mediaType, sha512: staged?.digests.sha512 !== undefined, sizeBytes: upload.sizeBytes };
  }

  @Put('/toy/files/notes/:name')
  @OpenToEverybody('small bodies beside uploads')
  note(@Req() request: FastifyRequest): unknown {
    return { body: request.body };
  }

  @Post('/-/toys/:name/exchange')
  @OpenToEverybody('a path at the root of the host')
  exchange(@Req() request: FastifyRequest): unknown {
    return { target: request.raw.url };
  }

  @Get('/api/v1/toys')
  @OpenToEverybody('a part of the management API')
  manage(): unknown {
    return { toys: [] };
  }

  @Post('/api/v1/toys/returned')
  @PublishersToo()
  @TakesForms()
  @OpenToEverybody('whoever has one gives it back, by a form or by JSON')
  giveBack(@Req() request: FastifyRequest): unknown {
    return { body: request.body };
  }

  @Get('/toy/error')
  @OpenToEverybody('it refuses')
  refuse(): never {
    throw new DomainError('conflict', 'toy.taken', 'Somebody else has it.');
  }

  @Get('/toy/crash')
  @OpenToEverybody('it breaks')
  crash(): never {
    throw new Error('a secret of the house');
  }
}

@Module({
  imports: [EdgeModule.forDialect(toyDeclaration.dialect)],
  controllers: [ToyController],
  providers: [ToyResolver],
})
export class ToyModule {}
