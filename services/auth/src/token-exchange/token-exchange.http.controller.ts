import { Body, Controller, Get, HttpCode, Inject, Post, Req, UseFilters } from '@nestjs/common';
import { edgeContextOf, OpenToEverybody, TakesForms } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import { SERVICE_CONFIG } from '@waybill/service-host';
import { audiencesOf } from '@waybill/trusted-publishing';
import type { FastifyRequest } from 'fastify';
import type { AuthConfig } from '../config.js';
import { accessTokenType, parseExchange } from './exchange-request.schema.js';
import { OAuthErrorFilter } from './oauth-error.filter.js';
import type { AudienceView, ExchangeView } from './token-exchange.schema.js';
import { audienceView, exchangeRefusal, exchangeView } from './token-exchange.schema.js';
import { TokenExchange } from './token-exchange.service.js';

@Controller('api/v1/oidc')
export class TokenExchangeHttpController {
  /** Configured, never what a request or a proxy says: tokens for others would be good here (security.md T4). */
  readonly #externalUrl: string;

  constructor(
    private readonly exchange: TokenExchange,
    @Inject(SERVICE_CONFIG) config: AuthConfig,
  ) {
    this.#externalUrl = config.WAYBILL_EXTERNAL_URL;
  }

  @Get('audience')
  @OpenToEverybody('A job asks its CI for a token for this audience before it has any.')
  @Documented({
    summary: 'Show the audience that ID tokens for this installation are for',
    description: 'The same for all repositories, whether there are any or not.',
    returns: audienceView,
    operation: 'showAudience',
  })
  audience(): AudienceView {
    return { audience: audiencesOf(this.#externalUrl)[0] };
  }

  @Post('exchange')
  @HttpCode(200)
  @OpenToEverybody('The ID token in the body is the credential: a job of a CI has no other.')
  @TakesForms()
  @UseFilters(OAuthErrorFilter)
  @Documented({
    summary: 'Exchange an ID token of a CI for a token of a quarter of an hour (RFC 8693)',
    description:
      'As a form or as JSON: `grant_type` (`urn:ietf:params:oauth:grant-type:token-exchange`), `subject_token`, `subject_token_type` ' +
      '(`urn:ietf:params:oauth:token-type:id_token`), and optionally `package` (a package URL), `repository` (its slug) or `resource` (one of ' +
      'both, a repository by its address), and `scope` (permissions with spaces between them). Without a package the token is for all that ' +
      'the trusted publishers of the job name in one repository. Refusals are those of RFC 6749 §5.2, with a `code`.',
    returns: exchangeView,
    refusals: exchangeRefusal,
    status: 200,
    operation: 'exchangeIdToken',
    errors: [
      'oidc.no-publisher 400',
      'oidc.publisher-refuses 400',
      'oidc.ambiguous 400',
      'oidc.token-used 400',
      'oidc.throttled 429',
      'oidc.issuer-unavailable 503',
    ],
  })
  async exchangeToken(@Req() request: FastifyRequest, @Body() body: unknown): Promise<ExchangeView> {
    const { clientAddress, requestId } = edgeContextOf(request);
    const wish = parseExchange(body, this.#externalUrl);
    const made = await this.exchange.exchange({
      ...wish,
      audiences: audiencesOf(this.#externalUrl),
      clientAddress,
      requestId,
    });
    return {
      access_token: made.text,
      issued_token_type: accessTokenType,
      token_type: 'Bearer',
      expires_in: Math.floor((made.expiresAt.getTime() - made.createdAt.getTime()) / 1000),
      scope: [...new Set(made.scopes.flatMap(({ actions }) => actions))].join(' '),
    };
  }
}
