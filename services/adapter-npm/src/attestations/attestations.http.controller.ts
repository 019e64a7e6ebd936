import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { documentCaching, Requires } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AttestationsService } from './attestations.service.js';
import { AttestedReleaseResolver, attestedReleaseOf } from './attested-release.resource.js';

/** Where `dist.attestations.url` points; asked by `npm audit signatures` for every package that has one. */
@Controller('npm/:repository/-/npm/v1/attestations')
export class AttestationsHttpController {
  readonly #attestations: AttestationsService;

  constructor(attestations: AttestationsService) {
    this.#attestations = attestations;
  }

  /** `:spec` is `name@version`. Answers the bundle as it was published. */
  @Get(':spec')
  @Requires('read', AttestedReleaseResolver)
  async find(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('spec') spec: string,
  ): Promise<string> {
    const { resource, version } = attestedReleaseOf(request, spec);
    const document = await this.#attestations.documentOf(resource, version, spec);
    reply.headers({ ...documentCaching(resource.visibility), 'content-type': 'application/json; charset=utf-8' });
    return document;
  }
}
