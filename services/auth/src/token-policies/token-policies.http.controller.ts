import { Body, Controller, Get, Put, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { Requires, StepUp } from '@waybill/edge';
import { Documented, etagOf, requireMatch } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import type { TokenPolicyView } from './token-policies.schema.js';
import { TokenPolicyBody, tokenPolicyView, viewOfTokenPolicy } from './token-policies.schema.js';
import { TokenPoliciesService } from './token-policies.service.js';

@Controller('api/v1/orgs/:organization/token-policy')
export class TokenPoliciesHttpController {
  constructor(private readonly policies: TokenPoliciesService) {}

  @Get()
  @Requires('read', OrganizationOfPath)
  @Documented({ summary: 'Show what an organization asks of its tokens', returns: tokenPolicyView, etag: true })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenPolicyView> {
    const policy = await this.policies.view(organizationOf(request));
    reply.header('etag', etagOf(policy.version));
    return viewOfTokenPolicy(policy);
  }

  @Put()
  @Requires('manage-access', OrganizationOfPath)
  @StepUp()
  @Documented({
    summary: 'Set what an organization asks of its tokens',
    description: 'It holds for the tokens of service accounts and repositories that are made from now on.',
    returns: tokenPolicyView,
    errors: ['etag.stale 412'],
    etag: true,
  })
  async set(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { maxTokenDays }: TokenPolicyBody,
  ): Promise<TokenPolicyView> {
    const policy = await this.policies.set(actorOfRequest(request), organizationOf(request), {
      maxTokenDays,
      requireVersion: (version) => {
        requireMatch(request, version);
      },
    });
    reply.header('etag', etagOf(policy.version));
    return viewOfTokenPolicy(policy);
  }
}
