import { Injectable } from '@nestjs/common';
import type { RepositoryId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { NpmName } from '../names/npm-name.js';
import { isNpmName, parseNpmName, purlOf } from '../names/npm-name.js';
import { DownloadsRepository } from './downloads.repository.js';
import type { DailyCounts } from './downloads.schema.js';
import type { Period } from './period.rules.js';

/** As npm's own. */
const maxNames = 128;

/** Makes the answer about one package, or about a repository. */
type View<Result> = (period: Period, counts: DailyCounts, name?: NpmName) => Result;

@Injectable()
export class DownloadsService {
  readonly #downloads: DownloadsRepository;

  constructor(downloads: DownloadsRepository) {
    this.#downloads = downloads;
  }

  /** All packages of the repository together. */
  async total<Result>(repositoryId: RepositoryId, period: Period, view: View<Result>): Promise<Result> {
    const rows = await this.#downloads.perDay(repositoryId, period);
    return view(period, new Map(rows.map(({ day, downloads }) => [day, downloads])));
  }

  /**
   * `names` is one name, or several unscoped ones with commas between: then an object by name, null for what does not
   * exist. Errors: `invalid` `npm.name`, `not-found` `npm.package`, `limit` `npm.names`.
   */
  async of<Result>(
    repositoryId: RepositoryId,
    period: Period,
    names: string,
    view: View<Result>,
  ): Promise<Result | Record<string, Result | null>> {
    if (!names.includes(',')) return this.#ofOne(repositoryId, period, parseNpmName(names), view);
    const asked = [...new Set(names.split(',').filter((name) => name !== ''))];
    if (asked.length > maxNames) {
      throw new DomainError('limit', 'npm.names', `Up to ${maxNames} packages can be asked for at once.`);
    }
    if (asked.some((name) => name.startsWith('@'))) {
      throw new DomainError('invalid', 'npm.name', 'Scoped packages are asked for one by one.');
    }
    const results = await this.#views(repositoryId, period, asked.filter(isNpmName), view);
    return Object.fromEntries(asked.map((name) => [name, results.get(name) ?? null]));
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
