import { Injectable } from '@nestjs/common';
import type { OrganizationId, RepositoryId } from '@waybill/domain';
import { scopeListsOf } from '@waybill/domain';
import type { TokenPlace } from '../tokens/tokens.repository.js';
import type { ReportedToken, ReportFilter } from './token-report.repository.js';
import { TokenReportRepository } from './token-report.repository.js';
import { scopesWithin } from './token-report.rules.js';
import { type ReportRow, rowOf } from './token-report.schema.js';

const batchSize = 500;

/** Which tokens reach what, for whoever answers for it. Never a text or a hash; of people no addresses. */
@Injectable()
export class TokenReport {
  constructor(private readonly repository: TokenReportRepository) {}

  /** The rows, oldest token first, from after `after`; with an organization only what reaches into it. */
  async *rows(filter: ReportFilter, after?: TokenPlace): AsyncGenerator<ReportRow> {
    let place = after;
    for (;;) {
      const batch = await this.repository.batch(filter, batchSize, place);
      const last = batch.at(-1);
      yield* filter.organizationId === undefined
        ? batch.map((token) => rowOf(token, token.scopes))
        : await this.#reaching(batch, filter.organizationId);
      if (last === undefined || batch.length < batchSize) return;
      place = { createdAt: last.createdAt.toISOString(), tokenId: last.tokenId };
    }
  }

  async #reaching(tokens: readonly ReportedToken[], organizationId: OrganizationId): Promise<ReportRow[]> {
    const owners = await this.repository.ownersOf([...new Set(tokens.flatMap(repositoriesOf))]);
    return tokens.flatMap((token) => {
      const scopes = scopesWithin(scopeListsOf(token), organizationId, (id) => owners.get(id));
      return scopes === undefined ? [] : [rowOf(token, scopes)];
    });
  }
}

function repositoriesOf(token: ReportedToken): RepositoryId[] {
  return scopeListsOf(token).flatMap((scopes) =>
    scopes.flatMap(({ on }) => ('repositoryId' in on ? [on.repositoryId] : [])),
  );
}
