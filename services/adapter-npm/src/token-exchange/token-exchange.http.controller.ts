import { Controller, Header, HttpCode, Inject, Post, Req, UseFilters } from '@nestjs/common';
import { exchangeIdToken } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { edgeContextOf, ForeignBearer, foreignBearerOf } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { FastifyRequest } from 'fastify';
import type { AdapterNpmConfig } from '../config.js';
import { parseNpmName, purlOf } from '../names/npm-name.js';
import { exchangeErrors } from './exchange-errors.js';
import { npmAudiences } from './npm-audiences.rules.js';

const maxSlugLength = 64;

interface ExchangeParams {
  readonly repository?: string;
  readonly scope?: string;
  readonly package?: string;
}

// A scoped name with its slash as it is arrives in two pieces at the gateway, which decides by this pattern as well.
const exchange = '-/npm/v1/oidc/token/exchange/package';
const paths = ['', 'npm/:repository/'].flatMap((place) => [
  `${place}${exchange}/:package`,
  `${place}${exchange}/:scope/:package`,
]);

/**
 * Trusted publishing (protocol notes 2.1): the identity token of a CI for one of ours. npm and pnpm 11 drop the path of
 * the registry and ask at the root of the host, where only the package's name tells what is meant; pnpm 12 and yarn keep it.
 */
@Controller()
@UseFilters(exchangeErrors)
export class TokenExchangeHttpController {
  readonly #requests: RequestClient;
  readonly #audiences: string[];

  constructor(requests: RequestClient, @Inject(SERVICE_CONFIG) config: AdapterNpmConfig) {
    this.#requests = requests;
    this.#audiences = npmAudiences(config.WAYBILL_EXTERNAL_URL);
  }

  @Post(paths)
  @HttpCode(201)
  @Header('cache-control', 'no-store')
  @ForeignBearer('who may publish what is told by the identity token that the client brings, which auth verifies')
  async exchange(@Req() request: FastifyRequest): Promise<object> {
    const { repository, scope, package: name = '' } = request.params as ExchangeParams;
    const { clientAddress, requestId } = edgeContextOf(request);
    const idToken = foreignBearerOf(request);
    const { token, createdAt, expiresAt } = await this.#requests.ask(exchangeIdToken, {
      idToken,
      audiences: this.#audiences,
      ecosystem: 'npm',
      packagePurl: purlOf(parseNpmName(scope === undefined ? name : `${scope}/${name}`)),
      ...(repository === undefined ? {} : { repository: knownSlug(repository) }),
      clientAddress,
      userAgent: (request.headers['user-agent'] ?? '').slice(0, 200),
      requestId,
    });
    return { token_type: 'oidc', token, created: createdAt, expires: expiresAt };
  }
}

function knownSlug(repository: string): string {
  if (repository.length <= maxSlugLength) return repository;
  throw new DomainError('not-found', 'oidc.no-publisher', 'No trusted publisher matches this token.');
}
