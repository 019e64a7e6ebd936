import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { can } from '@waybill/domain';
import { callerOf, proofOf, Requires, StepUp } from '@waybill/edge';
import { Documented, Idempotent, personProofErrors, requireMatch } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PersonProof } from '../person-proof/person-proof.js';
import { PersonProofBody } from '../person-proof/person-proof.schema.js';
import { OwnAccount } from '../users/account.resource.js';
import { Installation } from '../users/installation.resource.js';
import { KnownIssuers } from './known-issuers.js';
import type { OidcIssuerId } from './oidc-issuer.entity.js';
import type { OidcIssuerList, OidcIssuerView } from './oidc-issuers.schema.js';
import {
  ChangeOidcIssuerBody,
  CreateOidcIssuerBody,
  oidcIssuerList,
  oidcIssuerView,
  viewOfBuiltIn,
  viewOfOidcIssuer,
} from './oidc-issuers.schema.js';
import type { IssuerPlace } from './oidc-issuers.service.js';
import { OidcIssuers } from './oidc-issuers.service.js';
import { answer } from './oidc-issuers.answers.js';

@Controller('api/v1/oidc/issuers')
export class OidcIssuersHttpController {
  constructor(
    private readonly issuers: OidcIssuers,
    private readonly known: KnownIssuers,
    private readonly person: PersonProof,
  ) {}

  @Get()
  @Requires('read', OwnAccount)
  @Documented({
    summary: 'List the issuers whose tokens everybody may trust',
    description: 'Those that are disabled are shown to administrators of the installation only.',
    returns: oidcIssuerList,
    operation: 'listOidcIssuers',
  })
  async list(@Req() request: FastifyRequest): Promise<OidcIssuerList> {
    const isAdmin = can(callerOf(request), 'admin', { kind: 'installation' }).allowed;
    const all = await this.known.common();
    const shown = all.filter(({ enabled }) => enabled || isAdmin);
    return {
      items: shown.map(({ row, ...known }) =>
        row ? viewOfOidcIssuer({ issuer: row, keysReadAt: null }) : viewOfBuiltIn(known),
      ),
    };
  }

  @Post()
  @Requires('admin', Installation)
  @StepUp()
  @Idempotent()
  @Documented({
    summary: 'Register an issuer for the installation',
    description:
      'Everybody may trust its tokens then. One that is there already can be registered to disable or to change it; what organizations said of the same URL counts no longer. With a token, who has a second factor gives a `code` along.',
    returns: oidcIssuerView,
    errors: [
      'oidc-issuer.url-wrong 400',
      'oidc-issuer.audience-free 400',
      'outbound.url-refused 400',
      'oidc-issuer.exists 409',
      'oidc-issuer.too-many 409',
      ...personProofErrors,
      'two-factor.throttled 429',
    ],
    operation: 'createOidcIssuer',
  })
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { code, ...wish }: CreateOidcIssuerBody,
  ): Promise<OidcIssuerView> {
    return answer(reply, await this.issuers.create(this.#placeOf(request, code), wish));
  }

  @Get(':issuer')
  @Requires('admin', Installation)
  @Documented({
    summary: 'Show an issuer of the installation',
    returns: oidcIssuerView,
    etag: true,
    operation: 'getOidcIssuer',
  })
  async view(
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('issuer', ParseUUIDPipe) id: OidcIssuerId,
  ): Promise<OidcIssuerView> {
    return answer(reply, await this.issuers.view(null, id));
  }

  @Patch(':issuer')
  @Requires('admin', Installation)
  @StepUp()
  @Documented({
    summary: 'Change an issuer of the installation',
    description:
      'Where its tokens may not be good any more, tokens that were given for them end. With a token, who has a second factor gives a `code` along, unless it is for a title or to disable it.',
    returns: oidcIssuerView,
    errors: [
      'oidc-issuer.audience-free 400',
      'outbound.url-refused 400',
      'oidc-issuer.not-found 404',
      'etag.stale 412',
      ...personProofErrors,
      'two-factor.throttled 429',
    ],
    etag: true,
    operation: 'changeOidcIssuer',
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('issuer', ParseUUIDPipe) id: OidcIssuerId,
    @Body() { code, ...wish }: ChangeOidcIssuerBody,
  ): Promise<OidcIssuerView> {
    const changed = await this.issuers.change(this.#placeOf(request, code), id, wish, (version) => {
      requireMatch(request, version);
    });
    return answer(reply, changed);
  }

  @Delete(':issuer')
  @HttpCode(204)
  @Requires('admin', Installation)
  @StepUp()
  @Documented({
    summary: 'Delete an issuer of the installation',
    description:
      'Tokens that were given for its tokens end; publishers that name it match nothing. A public issuer is then as if nobody had registered it. With a token, who has a second factor gives a `code` along.',
    status: 204,
    errors: ['oidc-issuer.not-found 404', 'etag.stale 412', ...personProofErrors, 'two-factor.throttled 429'],
    operation: 'deleteOidcIssuer',
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
    return { by: actorOfRequest(request), organizationId: null, prove };
  }
}
