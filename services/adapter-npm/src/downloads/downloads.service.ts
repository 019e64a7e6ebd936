import { Injectable } from '@nestjs/common';
import type { PackagePurl, Principal, RepositoryId, Resource } from '@waybill/domain';
import { can, DomainError } from '@waybill/domain';
import { packageIn } from '@waybill/read-model';
import type { NpmName } from '../names/npm-name.js';
import { isNpmName, parseNpmName, purlOf } from '../names/npm-name.js';
import { DownloadsRepository } from './downloads.repository.js';
import type { DailyCounts } from './downloads.schema.js';
import type { Period } from './period.rules.js';

/** As npm's own. */
const maxNames = 128;

/** Who asks, and about what they were let in for: packages of it may be hidden from them all the same. */
export interface AskedRepository {
  readonly caller: Principal;
  readonly repository: Extract<Resource, { kind: 'repository' | 'package' }>;
}

/** Makes the answer about one package, or about a repository. */
type View<Result> = (period: Period, counts: DailyCounts, name?: NpmName) => Result;

@Injectable()
export class DownloadsService {
  readonly #downloads: DownloadsRepository;

  constructor(downloads: DownloadsRepository) {
    this.#downloads = downloads;
  }

  /** All packages of the repository together that the caller may read. */
  async total<Result>(asked: AskedRepository, period: Period, view: View<Result>): Promise<Result> {
    const rows = await this.#downloads.perDayBut(asked.repository.repositoryId, period, [
      ...(await this.#hiddenFrom(asked)),
    ]);
    return view(period, new Map(rows.map(({ day, downloads }) => [day, downloads])));
  }

  /**
   * `names` is one name, or several unscoped ones with commas between: then an object by name, null for what does not
   * exist or is hidden from the caller. Errors: `invalid` `npm.name`, `not-found` `npm.package`, `limit` `npm.names`.
   */
  async of<Result>(
    asked: AskedRepository,
    period: Period,
    names: string,
    view: View<Result>,
  ): Promise<Result | Record<string, Result | null>> {
    const { repositoryId } = asked.repository;
    if (!names.includes(',')) return this.#ofOne(repositoryId, period, parseNpmName(names), view);
    const several = [...new Set(names.split(',').filter((name) => name !== ''))];
    if (several.length > maxNames) {
      throw new DomainError('limit', 'npm.names', `Up to ${maxNames} packages can be asked for at once.`);
    }
    if (several.some((name) => name.startsWith('@'))) {
      throw new DomainError('invalid', 'npm.name', 'Scoped packages are asked for one by one.');
    }
    const hidden = await this.#hiddenFrom(asked);
    const readable = several.filter(isNpmName).filter((name) => !hidden.has(purlOf(name)));
    const results = await this.#views(repositoryId, period, readable, view);
    return Object.fromEntries(several.map((name) => [name, results.get(name) ?? null]));
  }

  /** What the caller may not read of a repository that they may read (security.md A5). */
  async #hiddenFrom({ caller, repository }: AskedRepository): Promise<ReadonlySet<PackagePurl>> {
    const saying = await this.#downloads.ownVisibilities(repository.repositoryId);
    const hidden = saying.filter(
      ({ purl, visibility }) => !can(caller, 'read', packageIn(repository, purl, visibility)).allowed,
    );
    return new Set(hidden.map(({ purl }) => purl));
  }

  /** Errors: `invalid` `npm.name`, `not-found` `npm.package`. */
  async perVersion(repositoryId: RepositoryId, period: Period, text: string): Promise<object> {
    const name = parseNpmName(text);
    const purl = purlOf(name);
    if (!(await this.#downloads.visible(repositoryId, [purl])).has(purl)) throw notFound(name);
    return { package: name, downloads: await this.#downloads.perVersion(repositoryId, purl, period) };
  }

  async #ofOne<Result>(repositoryId: RepositoryId, period: Period, name: NpmName, view: View<Result>): Promise<Result> {
    const found = (await this.#views(repositoryId, period, [name], view)).get(name);
    if (found === undefined) throw notFound(name);
    return found;
  }

  async #views<Result>(
    repositoryId: RepositoryId,
    period: Period,
    names: readonly NpmName[],
    view: View<Result>,
  ): Promise<ReadonlyMap<string, Result>> {
    const purls = names.map(purlOf);
    const [visible, rows] = await Promise.all([
      this.#downloads.visible(repositoryId, purls),
      this.#downloads.perDay(repositoryId, period, purls),
    ]);
    const existing = names.filter((name) => visible.has(purlOf(name)));
    return new Map(
      existing.map((name) => {
        const own = rows.filter((row) => row.purl === purlOf(name));
        return [name, view(period, new Map(own.map(({ day, downloads }) => [day, downloads])), name)];
      }),
    );
  }
}

function notFound(name: NpmName): DomainError {
  return new DomainError('not-found', 'npm.package', `package ${name} not found`);
}
