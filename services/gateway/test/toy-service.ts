import { Controller, Delete, Get, HttpCode, Module, Post, Put, Req, Res } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { BlobStore } from '@waybill/blob-storage';
import type { ReleasePurl, RepositoryId } from '@waybill/domain';
import { parseDigest } from '@waybill/domain';
import type { BlobReply, EdgeDeclaration } from '@waybill/edge';
import {
  blobReply,
  callerOf,
  describeEdge,
  EdgeBridge,
  edgeContextOf,
  edgeFastifyAdapter,
  EdgeModule,
  ForeignBearer,
  foreignBearerOf,
  OpenToEverybody,
  SignIn,
  Upload,
  uploadOf,
} from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ShelfController, ShelfResolver } from './toy-shelf.js';

export const toyDeclaration: EdgeDeclaration = {
  prefixes: ['/toy/', '/-/toys/'],
  credentials: [
    { kind: 'bearer' },
    { kind: 'basic-password' },
    { kind: 'header', name: 'X-Toy-Key' },
    { kind: 'session-cookie' },
  ],
  cookies: ['toy_ball'],
  challenge: 'Bearer realm="toys"',
  dialect: { contentType: 'application/json', body: { toyError: '$message', code: '$code', request: '$requestId' } },
  snippets: [{ client: 'toy', text: 'toy login $url/toy/ <name>' }],
};

@Controller()
export class ToyController {
  @Get('/toy/echo/*')
  @OpenToEverybody('it says what it hears')
  echo(@Req() request: FastifyRequest): unknown {
    const { externalUrl, requestId, clientAddress } = edgeContextOf(request);
    const { headers, raw } = request;
    return { target: raw.url, headers, caller: callerOf(request), externalUrl, requestId, clientAddress };
  }

  @Get('/toy/document/:bytes')
  @OpenToEverybody('it answers at length')
  document(@Req() request: FastifyRequest<{ Params: { bytes: string } }>, @Res() reply: FastifyReply): void {
    const text = JSON.stringify('x'.repeat(Number(request.params.bytes) - 2));
    void reply.type('application/json').header('etag', '"document-1"').header('cache-control', 'no-cache').send(text);
  }

  @Get('/toy/blob/:digest/:size')
  @OpenToEverybody('it names bytes')
  blob(@Req() request: FastifyRequest<{ Params: { digest: string; size: string } }>): BlobReply {
    return blobReply({
      digest: parseDigest(request.params.digest),
      sizeBytes: Number(request.params.size),
      mediaType: 'application/octet-stream',
      cacheControl: 'public, max-age=31536000, immutable',
      lastModified: new Date('2026-01-02T03:04:05Z'),
      filename: 'päckage"1.0.tgz',
      headers: { vary: 'Authorization' },
    });
  }

  @Get('/toy/release/:digest/:size')
  @OpenToEverybody('it names bytes of a release')
  release(@Req() request: FastifyRequest<{ Params: { digest: string; size: string } }>): BlobReply {
    return blobReply({
      digest: parseDigest(request.params.digest),
      sizeBytes: Number(request.params.size),
      mediaType: 'application/octet-stream',
      download: toyRelease,
    });
  }

  @Get('/toy/broken')
  @OpenToEverybody('it fails')
  broken(@Req() request: FastifyRequest): never {
    throw new Error(`cannot answer ${String(request.raw.url)} for ${JSON.stringify(request.headers)}`);
  }

  @Post('/toy/notes')
  @OpenToEverybody('small bodies')
  note(@Req() request: FastifyRequest): unknown {
    return { body: request.body, caller: callerOf(request).kind };
  }

  @Delete('/toy/notes/:name')
  @OpenToEverybody('a body on DELETE')
  remove(@Req() request: FastifyRequest): unknown {
    return { body: request.body ?? null };
  }

  @Put('/toy/files/:name')
  @OpenToEverybody('it counts what arrives')
  @Upload({ maxBytes: 300_000_000, digests: ['sha512'] })
  async upload(@Req() request: FastifyRequest): Promise<unknown> {
    const { staged, mediaType, ...upload } = uploadOf(request);
    let bytes = 0;
    for await (const chunk of await upload.open()) bytes += (chunk as Buffer).length;
    return { bytes, mediaType, digests: staged?.digests };
  }

  @Put('/toy/letters/:name')
  @OpenToEverybody('it reads what arrives')
  @Upload({ maxBytes: 3000, inlineBytes: 1000 })
  async letter(@Req() request: FastifyRequest): Promise<unknown> {
    const upload = uploadOf(request);
    const chunks: Buffer[] = [];
    for await (const chunk of await upload.open()) chunks.push(chunk as Buffer);
    const { staged, sizeBytes, mediaType, contentEncoding } = upload;
    const text = Buffer.concat(chunks).toString();
    return { text, sizeBytes, mediaType, contentEncoding, wasStaged: staged !== undefined };
  }

  @Get('/toy/slow/:name')
  @OpenToEverybody('it takes until somebody lets it go')
  async slow(@Req() request: FastifyRequest<{ Params: { name: string } }>): Promise<unknown> {
    await gateOf(request.params.name).promise;
    return { done: true };
  }

  @Put('/toy/sign-in/:account')
  @SignIn('it lets everybody in')
  signIn(): unknown {
    return { welcome: true };
  }

  @Get('/toy/done/:secret')
  @SignIn('it says whether somebody is in')
  done(): unknown {
    return { done: true };
  }

  @Post(['/toy/exchange/:what', '/-/toys/exchange/:what'])
  @HttpCode(201)
  @ForeignBearer('it gives back what it gets')
  exchange(@Req() request: FastifyRequest): unknown {
    const brought = foreignBearerOf(request);
    const headers = Object.entries(request.headers).filter(([, value]) => String(value).includes(brought));
    return { brought, caller: callerOf(request).kind, headers };
  }

  @Get('/toy/forbidden')
  @OpenToEverybody('it answers 401 itself')
  forbidden(@Res() reply: FastifyReply): void {
    void reply.status(401).header('content-length', '999').send({ toyError: 'no' });
  }
}

interface Gate {
  readonly promise: Promise<unknown>;
  readonly resolve: (value?: unknown) => void;
}

const gates = new Map<string, Gate>();

/** `/toy/slow/<name>` answers when this is resolved. */
export function gateOf(name: string): Gate {
  const gate = gates.get(name) ?? Promise.withResolvers<unknown>();
  gates.set(name, gate);
  return gate;
}

@Module({
  imports: [EdgeModule.forDialect(toyDeclaration.dialect)],
  controllers: [ToyController, ShelfController],
  providers: [ShelfResolver],
})
export class ToyModule {}

/** What `/toy/release/…` is a download of. */
export const toyRelease = {
  repositoryId: '0192f0c1-2222-7000-8000-000000000009' as RepositoryId,
  purl: 'pkg:npm/toy@1.0.0' as ReleasePurl,
};

export interface SeenRequest {
  readonly method: string;
  readonly target: string;
}

export interface ToyService {
  /** Every request that reached the service, in order, as it arrived. */
  readonly seen: SeenRequest[];
  stop(): Promise<void>;
}

/** A service as any other, made at run time: the gateway has never heard of it. */
export async function startToyService(connection: NatsConnection, store: BlobStore): Promise<ToyService> {
  const testing = await Test.createTestingModule({ imports: [ToyModule] }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(edgeFastifyAdapter(toyDeclaration.dialect));
  app.useLogger(false);
  const seen: SeenRequest[] = [];
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      seen.push({ method: request.method, target: request.raw.url ?? '' });
      done();
    });
  await app.init();
  const description = describeEdge(app, 'toy', toyDeclaration);
  const bridge = await EdgeBridge.start({ app, connection, store, description });
  return {
    seen,
    stop: async () => {
      await bridge.drain();
      await app.close();
    },
  };
}
