import { Injectable } from '@nestjs/common';
import type { PackagePurl, Principal, RepositoryId, Resource } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { callerOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { packageIn, RepositoryRepository } from '@waybill/read-model';
import { isNpmName, purlOf } from '../names/npm-name.js';
import { ReleaseRepository } from '../releases/release.repository.js';

/**
 * `/-/package/:package…` at the root of the host, without a repository → the package of that name that the caller's token was
 * minted for by a trusted publisher; for everybody else there is none. Of several repositories that trust the job it is the one where it is
 * least public: provenance that a client makes of a public package is for everybody to see.
 */
@Injectable()
export class PublisherPackageResolver implements ResourceResolver {
  readonly #repositories: RepositoryRepository;
  readonly #releases: ReleaseRepository;

  constructor(repositories: RepositoryRepository, releases: ReleaseRepository) {
    this.#repositories = repositories;
    this.#releases = releases;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { package: name = '' } = request.params as { readonly package?: string };
    if (!isNpmName(name)) return undefined;
    const purl = purlOf(name);
    const repositories = repositoriesOf(callerOf(request), purl);
    const places = await Promise.all(repositories.map((id) => this.#repositories.findPlaceById(id, purl)));
    const there = places.flatMap((place) => (place === null ? [] : [packageIn(place, purl, place.own)]));
    const isHidden = await Promise.all(there.map((one) => this.#isHidden(one)));
    return there[isHidden.indexOf(true)] ?? there[0];
  }

  async #isHidden({ repositoryId, purl, visibility }: Extract<Resource, { kind: 'package' }>): Promise<boolean> {
    return visibility !== 'public' || (await this.#releases.publishedVersions(repositoryId, purl)).length === 0;
  }
}

function repositoriesOf(caller: Principal, purl: PackagePurl): RepositoryId[] {
  if (caller.kind !== 'token' || caller.publisher === undefined) return [];
  const named = caller.scopes.flatMap(({ on }) => (on.kind === 'package' && on.purl === purl ? [on.repositoryId] : []));
  return [...new Set(named)];
}
