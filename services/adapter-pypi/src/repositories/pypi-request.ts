import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { resolvedResource } from '@waybill/edge';
import { RepositoryRepository } from '@waybill/read-model';
import type { FastifyRequest } from 'fastify';
import type { ProjectName } from '../names/project-name.js';
import { isProjectName, normalizeName, parseProjectName, purlOf } from '../names/project-name.js';

interface PypiParams {
  readonly repository?: string;
  readonly name?: string;
}

/** `/pypi/:repository/…:name…` → the project by its normalized name, whether it exists or not: only its repository must. */
@Injectable()
export class ProjectResolver implements ResourceResolver {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { repository = '', name = '' } = request.params as PypiParams;
    // A name that cannot exist is decided on like the repository around it, and refused by the handler.
    return this.#repositories.resourceAt(repository, isProjectName(name) ? purlOf(normalizeName(name)) : undefined);
  }
}

export interface ProjectTarget {
  readonly name: ProjectName;
  /** As it stands in the address. */
  readonly writtenName: string;
  /** The slug. */
  readonly repository: string;
  readonly resource: Extract<Resource, { kind: 'package' }>;
}

/** What an authorized request is about. Errors: `not-found` `pypi.project` for a name that no project has. */
export function projectTargetOf(request: FastifyRequest): ProjectTarget {
  const { repository = '', name = '' } = request.params as PypiParams;
  const resource = resolvedResource(request);
  if (resource.kind !== 'package' || !isProjectName(name)) throw projectNotFound();
  return { name: parseProjectName(name), writtenName: name, repository, resource };
}

export function projectNotFound(): DomainError {
  return new DomainError('not-found', 'pypi.project', 'There is no such project.');
}
