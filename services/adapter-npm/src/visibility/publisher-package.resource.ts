import { Injectable } from '@nestjs/common';
import type { PackagePurl, Principal, RepositoryId, Resource } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { callerOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { isNpmName, purlOf } from '../names/npm-name.js';
import { packageIn } from '../repositories/readable-repository.service.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';

/**
 * `/-/package/:package…` at the root of the host, without a repository → the package of that name that the caller's token was
 * minted for by a trusted publisher. For everybody else, and where the token is for several repositories, there is none.
 */
@Injectable()
export class PublisherPackageResolver implements ResourceResolver {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { package: name = '' } = request.params as { readonly package?: string };
    if (!isNpmName(name)) return undefined;
    const purl = purlOf(name);
    const [repositoryId, ...others] = repositoriesOf(callerOf(request), purl);
    if (repositoryId === undefined || others.length > 0) return undefined;
    const place = await this.#repositories.findPlaceById(repositoryId, purl);
    return place === null ? undefined : packageIn(place, purl, place.own);
  }
}

function repositoriesOf(caller: Principal, purl: PackagePurl): RepositoryId[] {
  if (caller.kind !== 'token' || caller.publisher === undefined) return [];
  const named = caller.scopes.flatMap(({ on }) => (on.kind === 'package' && on.purl === purl ? [on.repositoryId] : []));
  return [...new Set(named)];
}
