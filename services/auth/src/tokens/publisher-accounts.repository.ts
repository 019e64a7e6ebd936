import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { userId } from '@waybill/contracts';
import type { UserId } from '@waybill/domain';
import type { ProviderName } from '@waybill/trusted-publishing';
import { DataSource } from 'typeorm';
import { z } from 'zod';

const accounts = z.array(z.object({ userId }));

// No person and no service account can have such a name: theirs have no dot.
const makeQuery = `
  INSERT INTO users (user_id, kind, username) VALUES ($1, 'publisher', $2) ON CONFLICT (username) DO NOTHING`;
const findQuery = `SELECT user_id AS "userId" FROM users WHERE username = $1 AND kind = 'publisher'`;

/**
 * Whom tokens of trusted publishers stand for: nobody in particular. One account of each provider for all of its jobs, which belongs to no
 * organization, since a token can be for several; it is given nothing, and no token of it does more than its scopes.
 */
@Injectable()
export class PublisherAccountsRepository {
  readonly #known = new Map<ProviderName, UserId>();

  constructor(private readonly dataSource: DataSource) {}

  /** Made with the first use, in a statement of its own; known from then on. */
  async of(provider: ProviderName): Promise<UserId> {
    const known = this.#known.get(provider);
    if (known !== undefined) return known;
    const username = `${provider}.publisher`;
    await this.dataSource.query(makeQuery, [randomUUID(), username]);
    const [found] = accounts.parse(await this.dataSource.query(findQuery, [username]));
    if (found === undefined) throw new Error(`There is no account of ${provider}.`);
    this.#known.set(provider, found.userId);
    return found.userId;
  }
}
