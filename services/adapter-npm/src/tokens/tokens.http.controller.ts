import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { createToken, listTokens, revokeToken, revokeTokenByKey } from '@waybill/contracts';
import { DomainError, hashToken, isTokenText } from '@waybill/domain';
import { callerOf, edgeContextOf, OpenToEverybody } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReadableRepositoryService, packageIn } from '@waybill/read-model';
import { askingForOneTimePassword, oneTimePasswordOf } from '../login/one-time-password.js';
import { parseNpmName, purlOf } from '../names/npm-name.js';
import { assertMay, signedIn } from '../repositories/assert-may.js';
import { repositoryUrl } from '../repositories/npm-request.js';
import { pageIn, parseTokenWish, tokenView } from './token.schema.js';

/** `npm token`: the caller's own, whichever repository they are asked for through. */
@Controller('npm/:repository/-/npm/v1/tokens')
export class TokensHttpController {
  readonly #requests: RequestClient;
  readonly #repositories: ReadableRepositoryService;

  constructor(requests: RequestClient, repositories: ReadableRepositoryService) {
    this.#requests = requests;
    this.#repositories = repositories;
  }

  @Get()
  @Header('cache-control', 'no-store')
  @OpenToEverybody('lists the caller’s own tokens')
  async list(
    @Req() request: FastifyRequest,
    @Param('repository') repository: string,
    @Query() query: Record<string, unknown>,
  ): Promise<object> {
    const principal = signedIn(callerOf(request));
    const { tokens } = await this.#requests.ask(listTokens, { principal });
    const { page, perPage } = pageIn(query);
    const next = (page + 1) * perPage;
    const url = `${repositoryUrl(edgeContextOf(request).externalUrl, repository)}/-/npm/v1/tokens`;
    return {
      objects: tokens.slice(page * perPage, next).map(tokenView),
      total: tokens.length,
      // No `next` at all on the last page: some clients take an empty one for one more page (1(f) 9).
      urls: next < tokens.length ? { next: `${url}?page=${page + 1}&perPage=${perPage}` } : {},
    };
  }

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @OpenToEverybody('makes a token for the caller, who proves the password again')
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('repository') slug: string,
    @Body() body: unknown,
  ): Promise<object> {
    const principal = signedIn(callerOf(request));
    const { packages, expiresInDays, ...wish } = parseTokenWish(body);
    const limits = {
      ...(expiresInDays === undefined ? {} : { expiresInDays }),
      ...(packages === undefined ? {} : { packages: await this.#packagesIn(request, slug, packages) }),
    };
    const { clientAddress } = edgeContextOf(request);
    const { text, token } = await askingForOneTimePassword(reply, () =>
      this.#requests.ask(createToken, { principal, ...wish, ...limits, ...oneTimePasswordOf(request), clientAddress }),
    );
    return { ...tokenView(token), token: text };
  }

  /** By its key, or by its whole text as `npm token revoke` passes it on. */
  @Delete('token/:token')
  @HttpCode(204)
  @OpenToEverybody('revokes a token of the caller’s own, and says nothing about others')
  async revoke(@Req() request: FastifyRequest, @Param('token') token: string): Promise<void> {
    const principal = signedIn(callerOf(request));
    const { revoked } = isTokenText(token)
      ? await this.#requests.ask(revokeToken, { principal, tokenHash: hashToken(token) })
      : await this.#requests.ask(revokeTokenByKey, { principal, key: token.slice(0, 200) });
    if (!revoked) throw new DomainError('not-found', 'npm.token-unknown', 'You have no such token.');
  }

  async #packagesIn(request: FastifyRequest, slug: string, names: readonly string[]) {
    const caller = callerOf(request);
    const repository = await this.#repositories.find(caller, slug);
    const purls = names.map((name) => purlOf(parseNpmName(name)));
    const known = await this.#repositories.visibilitiesOf(repository, purls);
    return purls.map((purl) => {
      const resource = packageIn(repository, purl, known.get(purl) ?? null);
      assertMay(caller, 'read', resource);
      return { repositoryId: resource.repositoryId, packagePurl: resource.purl };
    });
  }
}
