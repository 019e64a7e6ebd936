import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, proofOf, Requires, StepUp } from '@waybill/edge';
import { Documented, Idempotent, personProofErrors, requireMatch } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import { PersonProof } from '../person-proof/person-proof.js';
import { PersonProofBody } from '../person-proof/person-proof.schema.js';
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
  constructor(
    private readonly issuers: OidcIssuers,
    private readonly person: PersonProof,
  ) {}

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
      'Only publishers of the organization can trust its tokens. Its keys are at its own origin; another place for them is for an administrator of the installation to name. With a token, who has a second factor gives a `code` along.',
    returns: oidcIssuerView,
    errors: [
      'oidc-issuer.url-wrong 400',
      'oidc-issuer.audience-free 400',
      'outbound.url-refused 400',
      'oidc-issuer.exists 409',
      'oidc-issuer.installation-has 409',
      'oidc-issuer.too-many 409',
      'oidc-issuer.too-common 409',
      ...personProofErrors,
      'two-factor.throttled 429',
    ],
    operation: 'createOrganizationOidcIssuer',
  })
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { code, ...wish }: CreateOrganizationOidcIssuerBody,
  ): Promise<OidcIssuerView> {
    return answer(reply, await this.issuers.create(this.#placeOf(request, code), wish));
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
    description:
      'Where its tokens may not be good any more, tokens that were given for them end. With a token, who has a second factor gives a `code` along, unless it is for a title or to disable it.',
    returns: oidcIssuerView,
    errors: [
      'oidc-issuer.audience-free 400',
      'oidc-issuer.not-found 404',
      'etag.stale 412',
      ...personProofErrors,
      'two-factor.throttled 429',
    ],
    etag: true,
    operation: 'changeOrganizationOidcIssuer',
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('issuer', ParseUUIDPipe) id: OidcIssuerId,
    @Body() { code, ...wish }: ChangeOrganizationOidcIssuerBody,
  ): Promise<OidcIssuerView> {
    const changed = await this.issuers.change(this.#placeOf(request, code), id, wish, (version) => {
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
    description:
      'Tokens that were given for its tokens end; publishers that name it match nothing. With a token, who has a second factor gives a `code` along.',
    status: 204,
    errors: ['oidc-issuer.not-found 404', 'etag.stale 412', ...personProofErrors, 'two-factor.throttled 429'],
    operation: 'deleteOrganizationOidcIssuer',
  })
  async delete(
    @Req() request: FastifyRequest,
    @Param('issuer', ParseUUIDPipe) id: OidcIssuerId,
    @Body() body?: PersonProofBody,
  ): Promise<void> {
    await this.issuers.delete(this.#placeOf(request, body?.code), id, (version) => {
      requireMatch(request, version);
    });
  }

  #placeOf(request: FastifyRequest, code: string | undefined): IssuerPlace {
    const prove = () => this.person.prove(callerOf(request), proofOf(request, code));
    return { by: actorOfRequest(request), organizationId: organizationOf(request), prove };
  }
}
