import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { callerOf, Filtered, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { Documented, etagOf, Idempotent, pageOf, requireMatch, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { organizationOf } from '../organizations/organization-of-body.resource.js';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import { DomainProofService } from './domain-proof.service.js';
import { ForgeProofService } from './forge-proof.service.js';
import { namespaceNotFound } from './namespace-changes.js';
import { NamespaceOfPath, OrganizationOfNewNamespace, WholeInstallation } from './namespace-of-path.resource.js';
import type { NamespaceEntity } from './namespace.entity.js';
import type { NamespaceView } from './namespaces.schema.js';
import {
  ClaimNamespaceBody,
  NamespacesQuery,
  namespaceView,
  VerifyNamespaceBody,
  viewOf,
} from './namespaces.schema.js';
import { NamespacesService } from './namespaces.service.js';

const idOfPath = new ParseUUIDPipe({ exceptionFactory: namespaceNotFound });

@Controller('api/v1/namespaces')
export class NamespacesHttpController {
  readonly #namespaces: NamespacesService;
  readonly #domains: DomainProofService;
  readonly #owners: ForgeProofService;
  readonly #organizations: OrganizationRepository;

  constructor(
    namespaces: NamespacesService,
    domains: DomainProofService,
    owners: ForgeProofService,
    organizations: OrganizationRepository,
  ) {
    this.#namespaces = namespaces;
    this.#domains = domains;
    this.#owners = owners;
    this.#organizations = organizations;
  }

  @Get()
  @Filtered('read', 'lists only claims of organizations that the caller may read')
  @Documented({ summary: 'List namespaces', returns: pageOf(namespaceView), operation: 'listNamespaces' })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: NamespacesQuery,
  ): Promise<Page<NamespaceView>> {
    const of = query.org === undefined ? undefined : await this.#organizations.findByName(query.org);
    const organizationId = of === null ? null : of?.organizationId;
    const { items, next } = await this.#namespaces.list(callerOf(request), query, organizationId);
    return sendPage(request, reply, { items: items.map(viewOf), next });
  }

  @Post()
  @Requires('admin', OrganizationOfNewNamespace)
  @Idempotent()
  @Documented({
    summary: 'Claim a namespace',
    description:
      'Pending until an admin of the installation approves it, or, for a groupId, the DNS proves the control of its domain. ' +
      'Then only repositories of the organization create packages under it; those of others that exist go on.',
    returns: namespaceView,
    etag: true,
    errors: ['namespace.pattern 400', 'namespace.kind 400', 'namespace.taken', 'namespace.claimed'],
    operation: 'claimNamespace',
  })
  async claim(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { ecosystem, kind, pattern, domain }: ClaimNamespaceBody,
  ): Promise<NamespaceView> {
    const organizationId = organizationOf(request);
    const by = actorOfRequest(request);
    return send(reply, await this.#namespaces.claim({ organizationId, ecosystem, kind, pattern, domain, by }));
  }

  @Get(':namespaceId')
  @Requires('read', NamespaceOfPath)
  @Documented({ summary: 'Show a namespace', returns: namespaceView, etag: true, operation: 'getNamespace' })
  async view(
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('namespaceId') namespaceId: string,
  ): Promise<NamespaceView> {
    return send(reply, await this.#namespaces.view(namespaceId));
  }

  @Post(':namespaceId/verify')
  @HttpCode(200)
  @Requires('admin', NamespaceOfPath)
  @Documented({
    summary: 'Look up what proves a domain, or an owner at a forge',
    description:
      'A domain is proven by the TXT record of `challenge`, an owner at a forge by a public repository with the name `challenge.repository`. This verifies the claim of a groupId that begins with the domain, or is the owner’s (`io.github.<owner>`), and of a scope, vendor or first segment that is called like the owner at the forge that the operator takes names from. Otherwise it is shown to the admins of the installation.',
    returns: namespaceView,
    status: 200,
    etag: true,
    errors: [
      'namespace.not-proven',
      'namespace.owner-changed',
      'namespace.proof 400',
      'namespace.forge-unknown 400',
      'forge.unavailable 503',
      'namespace.taken',
      'namespace.no-domain 400',
      'namespace.checked-lately 429',
      'dns.unavailable 503',
    ],
    operation: 'proveNamespaceDomain',
  })
  async verify(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('namespaceId') namespaceId: string,
    @Body() { domain, forge }: VerifyNamespaceBody,
  ): Promise<NamespaceView> {
    const wish = { caller: callerOf(request), by: actorOfRequest(request) };
    if (forge === undefined) return send(reply, await this.#domains.prove(namespaceId, domain, wish));
    if (domain !== undefined) throw eitherOr();
    return send(reply, await this.#owners.prove(namespaceId, forge, wish));
  }

  @Post(':namespaceId/approve')
  @HttpCode(200)
  @Requires('admin', WholeInstallation)
  @StepUp()
  @Documented({
    summary: 'Verify a namespace as an admin of the installation',
    returns: namespaceView,
    status: 200,
    etag: true,
    errors: ['namespace.taken'],
    operation: 'approveNamespace',
  })
  async approve(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('namespaceId', idOfPath) namespaceId: string,
  ): Promise<NamespaceView> {
    return send(reply, await this.#namespaces.approve(namespaceId, actorOfRequest(request)));
  }

  @Delete(':namespaceId')
  @HttpCode(204)
  @Requires('admin', NamespaceOfPath)
  @StepUp()
  @Documented({ summary: 'Release a namespace', status: 204, operation: 'releaseNamespace' })
  async release(@Req() request: FastifyRequest, @Param('namespaceId') namespaceId: string): Promise<void> {
    await this.#namespaces.release(namespaceId, {
      caller: callerOf(request),
      by: actorOfRequest(request),
      assertCurrent: (version) => requireMatch(request, version),
    });
  }
}

function send(reply: FastifyReply, namespace: NamespaceEntity): NamespaceView {
  reply.header('etag', etagOf(namespace.version));
  return viewOf(namespace);
}

function eitherOr(): DomainError {
  const message = 'Either a domain or an owner at a forge is looked up.';
  return new DomainError('invalid', 'namespace.proof', message, {
    details: { errors: [{ field: 'body.forge', code: 'namespace.proof', message }] },
  });
}
