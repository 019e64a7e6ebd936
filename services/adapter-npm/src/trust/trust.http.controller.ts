import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { addPackagePublisher, listPackagePublishers, removePackagePublisher } from '@waybill/contracts';
import type { PublisherId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { edgeContextOf, forThisCallerOnly, Requires, StepUp } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { fromNpmTrust } from '@waybill/trusted-publishing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';
import { actionsOf, configurationIn, shownTrust } from './trust-configuration.rules.js';
import { issuerFor } from './trust-issuer.rules.js';

/** `npm trust`: the trusted publishers of one package, which need not exist yet. */
@Controller('npm/:repository/-/package/:package/trust')
export class TrustHttpController {
  readonly #requests: RequestClient;

  constructor(requests: RequestClient) {
    this.#requests = requests;
  }

  @Get()
  @Requires('manage-access', PackageResolver)
  async list(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object[]> {
    const { publishers } = await this.#requests.ask(listPackagePublishers, packageOf(request));
    reply.headers(forThisCallerOnly);
    return publishers.map(shownTrust);
  }

  @Post()
  @HttpCode(201)
  @StepUp()
  @Requires('manage-access', PackageResolver)
  async add(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object[]> {
    const of = packageOf(request);
    const { rule, permissions } = fromNpmTrust(configurationIn(body));
    const { issuers } = await this.#requests.ask(listPackagePublishers, of);
    const issuer = issuerFor(rule, issuers);
    const { publisher } = await this.#requests.ask(addPackagePublisher, {
      ...of,
      publisher: { provider: rule.provider, issuer, rule: { ...rule, issuer }, actions: actionsOf(permissions) },
      requestId: edgeContextOf(request).requestId,
    });
    reply.headers(forThisCallerOnly);
    // npm prints this line: nothing else of what it prints says whose tokens these are.
    reply.header('npm-notice', noticeOf(rule, issuer));
    return [shownTrust(publisher)];
  }

  @Delete(':publisher')
  @HttpCode(204)
  @StepUp()
  @Requires('manage-access', PackageResolver)
  async revoke(@Req() request: FastifyRequest, @Param('publisher') publisher: string): Promise<void> {
    const publisherId = parsePublisherId(publisher);
    const { requestId } = edgeContextOf(request);
    await this.#requests.ask(removePackagePublisher, { ...packageOf(request), publisherId, requestId });
  }
}

function packageOf(request: FastifyRequest) {
  const { principal } = edgeContextOf(request);
  const { repositoryId, purl: packagePurl } = npmTargetOf(request).resource;
  return { principal, repositoryId, packagePurl };
}

function parsePublisherId(text: string): PublisherId {
  const parsed = z.uuid().safeParse(text);
  if (parsed.success) return parsed.data as PublisherId;
  throw new DomainError('not-found', 'trusted-publisher.not-found', 'The package has no such trusted publisher.');
}

function noticeOf({ environment }: TrustedPublisherDraft, issuer: string): string {
  const whose = `It is for tokens of ${issuer}.`;
  if (environment !== undefined) return whose;
  return `${whose} It names no environment: whoever can start the workflow can publish.`;
}
