import { Body, Controller, Get, Param, Put, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Requires, StepUp, proofOf } from '@waybill/edge';
import { Documented, etagOf, requireMatch, personProofErrors } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RepositoryOfPath } from '../repositories/repository-of-path.resource.js';
import type { ReleasePolicyView } from './release-policies.schema.js';
import { ReleasePolicyBody, releasePolicyView, viewOf } from './release-policies.schema.js';
import { ReleasePoliciesService } from './release-policies.service.js';
import type { VersionedPolicy } from './release-policy.repository.js';

@Controller('api/v1/repositories/:slug/release-policy')
export class ReleasePoliciesHttpController {
  readonly #policies: ReleasePoliciesService;

  constructor(policies: ReleasePoliciesService) {
    this.#policies = policies;
  }

  @Get()
  @Requires('admin', RepositoryOfPath)
  @Documented({
    summary: 'Show what a repository asks of the way that releases come',
    returns: releasePolicyView,
    etag: true,
    operation: 'getReleasePolicy',
  })
  async view(@Res({ passthrough: true }) reply: FastifyReply, @Param('slug') slug: string): Promise<ReleasePolicyView> {
    return send(reply, await this.#policies.view(slug));
  }

  @Put()
  @Requires('admin', RepositoryOfPath)
  @StepUp()
  @Documented({
    summary: 'Set what a repository asks of the way that releases come',
    description:
      'In place of all that it asked before; what is left out is as in a new repository. Levels are what becomes of a release: `refuse`, `hold` for a person, or `flag` only. Of what was submitted before, nothing changes. What asks less than before, of any name, is for people: with a token, who has a second factor gives a `code` along.',
    returns: releasePolicyView,
    errors: [
      'namespace.pattern 400',
      'namespace.kind 400',
      'release-policy.pattern-twice 400',
      'etag.stale 412',
      'policy.changed-meanwhile',
      ...personProofErrors,
    ],
    etag: true,
    operation: 'setReleasePolicy',
  })
  async set(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('slug') slug: string,
    @Body() body: ReleasePolicyBody,
  ): Promise<ReleasePolicyView> {
    const change = {
      caller: callerOf(request),
      by: actorOfRequest(request),
      assertCurrent: (version: number) => requireMatch(request, version),
      proof: proofOf(request, body.code),
    };
    return send(reply, await this.#policies.set(slug, body, change));
  }
}

function send(reply: FastifyReply, { policy, version }: VersionedPolicy): ReleasePolicyView {
  reply.header('etag', etagOf(version));
  return viewOf(policy);
}
