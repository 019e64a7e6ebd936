import { Body, Controller, Get, Param, Put, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Requires, StepUp, proofOf } from '@waybill/edge';
import { Documented, etagOf, requireMatch, personProofErrors } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { RepositoryOfPath } from '../repositories/repository-of-path.resource.js';
import type { StagingPolicy } from './staging-policy.schema.js';
import { policyOf, StagingPolicyBody, stagingPolicyView } from './staging-policy.schema.js';
import { StagingPoliciesService } from './staging-policies.service.js';

@Controller('api/v1/repositories')
export class StagingPoliciesHttpController {
  readonly #policies: StagingPoliciesService;

  constructor(policies: StagingPoliciesService) {
    this.#policies = policies;
  }

  @Get(':slug/staging-policy')
  @Requires('read', RepositoryOfPath)
  @Documented({
    summary: 'Show how many approvals a staged release needs',
    returns: stagingPolicyView,
    etag: true,
    operation: 'getStagingPolicy',
  })
  async view(@Res({ passthrough: true }) reply: FastifyReply, @Param('slug') slug: string): Promise<StagingPolicy> {
    return send(reply, await this.#policies.view(slug));
  }

  @Put(':slug/staging-policy')
  @Requires('admin', RepositoryOfPath)
  @StepUp()
  @Documented({
    summary: 'Say how many approvals a staged release needs',
    description:
      'It holds for releases that wait already, too: those that have enough go on with the next approval. What asks less than ' +
      'before is for people: with a token, who has a second factor gives a `code` along.',
    returns: stagingPolicyView,
    errors: ['policy.changed-meanwhile', ...personProofErrors],
    etag: true,
    operation: 'replaceStagingPolicy',
  })
  async replace(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('slug') slug: string,
    @Body() { approvals, stagedOnly, code }: StagingPolicyBody,
  ): Promise<StagingPolicy> {
    const wish = {
      caller: callerOf(request),
      by: actorOfRequest(request),
      assertCurrent: (version: number) => requireMatch(request, version),
      proof: proofOf(request, code),
    };
    return send(reply, await this.#policies.replace(slug, { approvals, stagedOnly }, wish));
  }
}

function send(reply: FastifyReply, repository: RepositoryEntity): StagingPolicy {
  reply.header('etag', etagOf(repository.aggregateVersion));
  return policyOf(repository);
}
