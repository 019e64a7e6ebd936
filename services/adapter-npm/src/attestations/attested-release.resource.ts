import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { resolvedResource } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { RepositoryRepository } from '@waybill/read-model';
import { parseNpmName } from '../names/npm-name.js';
import { canonicalVersion } from '../publish/package-json.js';
import { resourceNamed } from '../repositories/npm-request.js';

type PackageResource = Extract<Resource, { kind: 'package' }>;

/** `/npm/:repository/-/npm/v1/attestations/:spec` → the package of the spec, whether it exists or not. */
@Injectable()
export class AttestedReleaseResolver implements ResourceResolver {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { repository = '', spec = '' } = request.params as { repository?: string; spec?: string };
    return resourceNamed(this.#repositories, repository, split(spec).name);
  }
}

/** What an authorized request is about. Errors: `invalid` `npm.name`, `not-found` `npm.attestations`. */
export function attestedReleaseOf(
  request: FastifyRequest,
  spec: string,
): { readonly resource: PackageResource; readonly version: string } {
  const { name, version: text } = split(spec);
  parseNpmName(name);
  const resource = resolvedResource(request);
  const version = canonicalVersion(text);
  if (resource.kind !== 'package' || version === undefined) {
    throw new DomainError('not-found', 'npm.attestations', 'Attestations are asked for by name@version.');
  }
  return { resource, version };
}

function split(spec: string): { readonly name: string; readonly version: string } {
  const at = spec.lastIndexOf('@');
  return at > 0 ? { name: spec.slice(0, at), version: spec.slice(at + 1) } : { name: spec, version: '' };
}
