import type { Resource } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { edgeContextOf, resolvedResource } from '@waybill/edge';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RepositoryRepository } from '@waybill/read-model';
import type { NpmName } from '../names/npm-name.js';
import { isNpmName, parseNpmName, purlOf } from '../names/npm-name.js';

interface NpmParams {
  readonly repository?: string;
  readonly package?: string;
}

type PackageResource = Extract<Resource, { kind: 'package' }>;

/** `/npm/:repository/…:package…` → the package, whether it exists or not: only its repository must. */
@Injectable()
export class PackageResolver implements ResourceResolver {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const params = request.params as NpmParams;
    return resourceNamed(this.#repositories, params.repository ?? '', params.package ?? '');
  }
}

/** A package by the slug of its repository and its name; undefined where there is no such repository. */
export function resourceNamed(
  repositories: RepositoryRepository,
  slug: string,
  name: string,
): Promise<Resource | undefined> {
  // A name that cannot exist is decided on like the repository around it, and refused by the handler.
  return repositories.resourceAt(slug, isNpmName(name) ? purlOf(name) : undefined);
}

export interface NpmTarget {
  readonly name: NpmName;
  readonly resource: PackageResource;
  /** Address of the repository without a trailing slash. */
  readonly repositoryUrl: string;
}

/** What an authorized request is about. Errors: `invalid` `npm.name`. */
export function npmTargetOf(request: FastifyRequest): NpmTarget {
  const params = request.params as NpmParams;
  const resource = resolvedResource(request);
  const name = parseNpmName(params.package ?? '');
  if (resource.kind !== 'package') throw new DomainError('internal', 'npm.resource', 'This route is about a package.');
  return { name, resource, repositoryUrl: repositoryUrl(edgeContextOf(request).externalUrl, params.repository ?? '') };
}

export function repositoryUrl(externalUrl: string, slug: string): string {
  return `${externalUrl}/npm/${slug}`;
}
