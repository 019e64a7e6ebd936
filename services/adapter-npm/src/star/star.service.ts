import { Injectable } from '@nestjs/common';
import type { Principal, RepositoryId } from '@waybill/domain';
import { actions, DomainError, mayEver } from '@waybill/domain';
import type { EdgeContext } from '@waybill/edge';
import { ChangeWait, PackageChanges } from '@waybill/read-model';
import type { PackageEntity } from '../packument/package.entity.js';
import type { LesserForm } from '../packument/packuments.js';
import { packageNotFound } from '../packument/packument.service.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { signedIn } from '../repositories/assert-may.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import { StarRepository } from './star.repository.js';

/** Stars: everybody who may read a package may star it, for themselves. */
@Injectable()
export class StarService {
  readonly #stars: StarRepository;
  readonly #releases: ReleaseRepository;
  readonly #changes: PackageChanges<PackageEntity, LesserForm>;
  readonly #wait: ChangeWait;

  constructor(
    stars: StarRepository,
    releases: ReleaseRepository,
    changes: PackageChanges<PackageEntity, LesserForm>,
    wait: ChangeWait,
  ) {
    this.#stars = stars;
    this.#releases = releases;
    this.#changes = changes;
    this.#wait = wait;
  }

  /** Idempotent. Resolves when the next read sees it. Errors: `unauthenticated`, `forbidden`, `not-found` `npm.package`. */
  async set(target: NpmTarget, starred: boolean, context: EdgeContext): Promise<void> {
    const person = signedIn(context.principal);
    assertPerson(person);
    assertWrites(person);
    const { repositoryId, purl } = target.resource;
    if ((await this.#releases.publishedVersions(repositoryId, purl)).length === 0) throw packageNotFound(target);
    const key = { repositoryId, purl };
    await this.#changes.change(key, target.name, async (manager, entity) => {
      const changed = starred
        ? await this.#stars.add(manager, key, person)
        : await this.#stars.remove(manager, key, person);
      if (!changed) return 'none';
      entity.starsVersion += 1;
      return 'full';
    });
    // Seen already; what gateways keep ends here.
    await this.#wait.until(key, context.deadline, () => Promise.resolve(true));
  }

  listOf(repositoryId: RepositoryId, username: string) {
    return this.#stars.byUsername(repositoryId, username);
  }
}

/** A token that was made to read only changes nothing, not even its owner's stars (security.md A4). */
function assertWrites(person: Principal): void {
  if (actions.some((action) => action !== 'read' && mayEver(person, action))) return;
  throw new DomainError('forbidden', 'auth.read-only', 'This token only reads.');
}

/** A token of a trusted publisher stands for nobody, who likes nothing (security.md T10). */
function assertPerson(person: Principal): void {
  if (person.kind !== 'token' || person.publisher === undefined) return;
  throw new DomainError(
    'forbidden',
    'npm.star-of-nobody',
    'This token stands for a job of a CI: only people star packages.',
  );
}
