import type { ReleasePath } from '@waybill/domain';
import type { TrustedPublisherEntity } from './trusted-publisher.entity.js';

/** As the database has it. */
const maxProjects = 20;

type Published = Pick<TrustedPublisherEntity, 'publishedProjects'>;

/** What a job is of, for its issuer: the id, else the name. Undefined where tokens of the provider do not tell. */
export function projectOf({ repositoryId, repository }: ReleasePath): string | undefined {
  return repositoryId ?? repository;
}

/** Whether something was published through it from the project of that path; what names no project is known to nobody. */
export function isKnownFor({ publishedProjects }: Published, path: ReleasePath): boolean {
  const project = projectOf(path);
  return project !== undefined && publishedProjects.includes(project);
}

/** Those that it is known for when a release has come by that path; the first ones stay, so that nobody is forgotten for others. */
export function projectsWith({ publishedProjects }: Published, path: ReleasePath): readonly string[] {
  const project = projectOf(path);
  if (project === undefined || publishedProjects.includes(project)) return publishedProjects;
  return publishedProjects.length < maxProjects ? [...publishedProjects, project] : publishedProjects;
}
