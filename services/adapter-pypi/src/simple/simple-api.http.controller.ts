import { Readable } from 'node:stream';
import { Controller, Get, NotAcceptableException, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { BlobReply } from '@waybill/edge';
import {
  blobReply,
  cacheable,
  callerOf,
  documentCaching,
  edgeContextOf,
  Filtered,
  forThisCallerOnly,
  Requires,
} from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endsInSlash } from '../canonical-target.js';
import { tagsOfPackage } from '../projects/pypi-read-model.js';
import { ProjectResolver, projectNotFound, projectTargetOf } from '../repositories/pypi-request.js';
import { PageRepository } from './page.repository.js';
import { ProjectIndexService } from './project-index.service.js';
import type { NegotiatedForm } from './simple-form.rules.js';
import { negotiateForm, offeredMediaTypes } from './simple-form.rules.js';

/** The simple repository API (PEP 503, 691). */
@Controller('pypi/:repository/simple')
export class SimpleApiHttpController {
  readonly #pages: PageRepository;
  readonly #index: ProjectIndexService;

  constructor(pages: PageRepository, index: ProjectIndexService) {
    this.#pages = pages;
    this.#index = index;
  }

  @Get()
  @Filtered('read', 'only projects that the caller may read are listed')
  async index(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query('format') format: string | string[] | undefined,
  ): Promise<StreamableFile | undefined> {
    const { repository = '' } = request.params as { readonly repository?: string };
    const chunks = await this.#index.open(callerOf(request), repository);
    const { rawTarget, externalUrl } = edgeContextOf(request);
    if (!endsInSlash(rawTarget)) {
      redirect(reply, `${externalUrl}/pypi/${repository}/simple/`, rawTarget);
      return undefined;
    }
    const { form, mediaType } = formFor(request, format);
    reply.headers(forThisCallerOnly);
    return new StreamableFile(Readable.from(this.#index.written(chunks, form), { objectMode: false }), {
      type: mediaType,
    });
  }

  @Get(':name')
  @Requires('read', ProjectResolver)
  async project(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query('format') format: string | string[] | undefined,
  ): Promise<Buffer | BlobReply | undefined> {
    const { name, writtenName, repository, resource } = projectTargetOf(request);
    const { rawTarget, externalUrl } = edgeContextOf(request);
    const headers = documentCaching(resource.visibility);
    if (writtenName !== name || !endsInSlash(rawTarget)) {
      reply.headers(headers);
      redirect(reply, `${externalUrl}/pypi/${repository}/simple/${name}/`, rawTarget);
      return undefined;
    }
    const { form, mediaType } = formFor(request, format);
    cacheable(request, { tags: tagsOfPackage(resource) });
    const page = await this.#pages.find(resource, form);
    if (page === null) throw projectNotFound();
    const { body, blobDigest, sizeBytes, etag } = page;
    if (body === null && blobDigest !== null) {
      return blobReply({ digest: blobDigest, sizeBytes, mediaType, etag, headers });
    }
    reply.headers({ ...headers, etag, 'content-type': mediaType });
    return body ?? Buffer.alloc(0);
  }
}

/** The query goes along: it may ask for a form. */
function redirect(reply: FastifyReply, address: string, rawTarget: string): void {
  const query = rawTarget.indexOf('?');
  reply.status(301).header('location', `${address}${query < 0 ? '' : rawTarget.slice(query)}`);
}

function formFor({ headers }: FastifyRequest, format: string | string[] | undefined): NegotiatedForm {
  const form = negotiateForm(headers.accept, [format].flat()[0]);
  if (form !== undefined) return form;
  throw new NotAcceptableException(`This is to be had as: ${offeredMediaTypes.join(', ')}.`);
}
