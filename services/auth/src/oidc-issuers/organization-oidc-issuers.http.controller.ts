import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { Requires, StepUp } from '@waybill/edge';
import { Documented, Idempotent, requireMatch } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import type { OidcIssuerId } from './oidc-issuer.entity.js';
import type { OidcIssuerList, OidcIssuerView } from './oidc-issuers.schema.js';
import {
  ChangeOrganizationOidcIssuerBody,
  CreateOrganizationOidcIssuerBody,
  oidcIssuerList,
  oidcIssuerView,
  viewOfOidcIssuer,
} from './oidc-issuers.schema.js';
import type { IssuerPlace } from './oidc-issuers.service.js';
import { OidcIssuers } from './oidc-issuers.service.js';
import { answer } from './oidc-issuers.answers.js';

@Controller('api/v1/orgs/:organization/oidc-issuers')
export class OrganizationOidcIssuersHttpController {
  constructor(private readonly issuers: OidcIssuers) {}

  @Get()
  @Requires('read', OrganizationOfPath)
  @Documented({
    summary: 'List the issuers that an organization has registered for its own publishers',
    returns: oidcIssuerList,
    operation: 'listOrganizationOidcIssuers',
  })
  async list(@Req() request: FastifyRequest): Promise<OidcIssuerList> {
    return { items: (await this.issuers.list(organizationOf(request))).map(viewOfOidcIssuer) };
  }

  @Post()
  @Requires('admin', OrganizationOfPath)
  @StepUp()
  @Idempotent()
  @Documented({
    summary: 'Register an issuer for an organization',
    description:
      'Only publishers of the organization can trust its tokens. Its keys are at its own origin; another place for them is for an administrator of the installation to name.',
    returns: oidcIssuerView,
    errors: [
      'oidc-issuer.url-wrong 400',
      'oidc-issuer.audience-free 400',
      'outbound.url-refused 400',
      'oidc-issuer.exists 409',
      'oidc-issuer.installation-has 409',
      'oidc-issuer.too-many 409',
      'oidc-issuer.too-common 409',
    ],
    operation: 'createOrganizationOidcIssuer',
  })
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: CreateOrganizationOidcIssuerBody,
  ): Promise<OidcIssuerView> {
    return answer(reply, await this.issuers.create(placeOf(request), body));
  }

  @Get(':issuer')
  @Requires('read', OrganizationOfPath)
  @Documented({
    summary: 'Show an issuer of an organization',
    returns: oidcIssuerView,
    errors: ['oidc-issuer.not-found 404'],
    etag: true,
    operation: 'getOrganizationOidcIssuer',
  })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('issuer', ParseUUIDPipe) id: OidcIssuerId,
  ): Promise<OidcIssuerView> {
    return answer(reply, await this.issuers.view(organizationOf(request), id));
  }

  @Patch(':issuer')
  @Requires('admin', OrganizationOfPath)
  @StepUp()
  @Documented({
    summary: 'Change an issuer of an organization',
    description: 'Where its tokens may not be good any more, tokens that were given for them end.',
    returns: oidcIssuerView,
    errors: ['oidc-issuer.audience-free 400', 'oidc-issuer.not-found 404', 'etag.stale 412'],
    etag: true,
    operation: 'changeOrganizationOidcIssuer',
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('issuer', ParseUUIDPipe) id: OidcIssuerId,
    @Body() body: ChangeOrganizationOidcIssuerBody,
  ): Promise<OidcIssuerView> {
    const changed = await this.issuers.change(placeOf(request), id, body, (version) => {
      requireMatch(request, version);
    });
    return answer(reply, changed);
  }

  @Delete(':issuer')
  @HttpCode(204)
  @Requires('admin', OrganizationOfPath)
  @StepUp()
  @Documented({
    summary: 'Delete an issuer of an organization',
    description: 'Tokens that were given for its tokens end; publishers that name it match nothing.',
    status: 204,
    errors: ['oidc-issuer.not-found 404', 'etag.stale 412'],
    operation: 'deleteOrganizationOidcIssuer',
  })
  async delete(@Req() request: FastifyRequest, @Param('issuer', ParseUUIDPipe) id: OidcIssuerId): Promise<void> {
    await this.issuers.delete(placeOf(request), id, (version) => {
      requireMatch(request, version);
    });
  }
}

function placeOf(request: FastifyRequest): IssuerPlace {
  return { by: actorOfRequest(request), organizationId: organizationOf(request) };
}
