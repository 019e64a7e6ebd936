import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { can } from '@waybill/domain';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import { Documented, Idempotent, requireMatch } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
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
import { OidcIssuers } from './oidc-issuers.service.js';
import { answer } from './oidc-issuers.answers.js';

@Controller('api/v1/oidc/issuers')
export class OidcIssuersHttpController {
  constructor(
    private readonly issuers: OidcIssuers,
    private readonly known: KnownIssuers,
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
      'Everybody may trust its tokens then. One that is there already can be registered to disable or to change it; what organizations said of the same URL counts no longer.',
    returns: oidcIssuerView,
    errors: [
      'oidc-issuer.url-wrong 400',
      'oidc-issuer.audience-free 400',
      'outbound.url-refused 400',
      'oidc-issuer.exists 409',
      'oidc-issuer.too-many 409',
    ],
    operation: 'createOidcIssuer',
  })
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: CreateOidcIssuerBody,
  ): Promise<OidcIssuerView> {
    return answer(reply, await this.issuers.create(placeOf(request), body));
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
    description: 'Where its tokens may not be good any more, tokens that were given for them end.',
    returns: oidcIssuerView,
    errors: [
      'oidc-issuer.audience-free 400',
      'outbound.url-refused 400',
      'oidc-issuer.not-found 404',
      'etag.stale 412',
    ],
    etag: true,
    operation: 'changeOidcIssuer',
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('issuer', ParseUUIDPipe) id: OidcIssuerId,
    @Body() body: ChangeOidcIssuerBody,
  ): Promise<OidcIssuerView> {
    const changed = await this.issuers.change(placeOf(request), id, body, (version) => {
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
      'Tokens that were given for its tokens end; publishers that name it match nothing. A public issuer is then as if nobody had registered it.',
    status: 204,
    errors: ['oidc-issuer.not-found 404', 'etag.stale 412'],
    operation: 'deleteOidcIssuer',
  })
  async delete(@Req() request: FastifyRequest, @Param('issuer', ParseUUIDPipe) id: OidcIssuerId): Promise<void> {
    await this.issuers.delete(placeOf(request), id, (version) => {
      requireMatch(request, version);
    });
  }
}

function placeOf(request: FastifyRequest) {
  return { by: actorOfRequest(request), organizationId: null };
}
