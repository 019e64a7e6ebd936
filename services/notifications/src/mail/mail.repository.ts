import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { MailEntity } from './mail.entity.js';

export type ClaimedMail = Pick<MailEntity, 'mailId' | 'recipient' | 'template' | 'tries'> & {
  readonly sealedValues: Buffer;
  readonly lease: string;
};

const pruneBatch = 5000;

@Injectable()
export class MailRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** False where `maxWaiting` wait already. */
  async insert(
    mail: Pick<MailEntity, 'mailId' | 'recipient' | 'template' | 'createdAt'> & { readonly sealedValues: Buffer },
    maxWaiting: number,
  ): Promise<boolean> {
    const inserted: unknown[] = await this.#dataSource.query(
      `INSERT INTO mails (mail_id, recipient, template, sealed_values, state, created_at, due_at)
       SELECT $1::uuid, $2, $3, $4::bytea, 'waiting', $5::timestamptz, $5
       WHERE (SELECT count(*) FROM (SELECT 1 FROM mails WHERE state = 'waiting' LIMIT $6::integer) AS waiting) < $6
       RETURNING mail_id`,
      [mail.mailId, mail.recipient, mail.template, mail.sealedValues, mail.createdAt, maxWaiting],
    );
    return inserted.length > 0;
  }

  /** Takes what is due; each goes to one replica, until the lease is over. */
  async claim(now: Date, leasedUntil: Date, limit: number): Promise<ClaimedMail[]> {
    const [claimed] = await this.#dataSource.query<[ClaimedMail[], number]>(
      `UPDATE mails SET lease = gen_random_uuid(), leased_until = $2, tries = tries + 1 WHERE mail_id IN (
         SELECT mail_id FROM mails
         WHERE state = 'waiting' AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
         ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING mail_id AS "mailId", recipient, template, tries, lease, sealed_values AS "sealedValues"`,
      [now, leasedUntil, limit],
    );
    return claimed;
  }

  /** It will not be sent again: what it said goes. */
  async settle(
    { mailId, lease }: ClaimedMail,
    outcome: { readonly state: 'sent' | 'failed'; readonly error: string | null; readonly now: Date },
  ): Promise<void> {
    await this.#dataSource.getRepository(MailEntity).update(
      { mailId, lease },
      {
        state: outcome.state,
        error: outcome.error,
        settledAt: outcome.now,
        sealedValues: null,
        lease: null,
        leasedUntil: null,
      },
    );
  }

  async postpone({ mailId, lease }: ClaimedMail, dueAt: Date, error: string): Promise<void> {
    const change = { dueAt, error, lease: null, leasedUntil: null };
    await this.#dataSource.getRepository(MailEntity).update({ mailId, lease }, change);
  }

  /** Gives up what has waited since before `since`, whether there is a mail server or not. */
  async expire(since: Date, now: Date): Promise<void> {
    await this.#dataSource.query(
      `UPDATE mails SET state = 'failed', error = 'mail.expired', settled_at = $2, sealed_values = NULL
       WHERE state = 'waiting' AND created_at < $1 AND (leased_until IS NULL OR leased_until <= $2)`,
      [since, now],
    );
  }

  /** Forgets who got what, once it is older. */
  async prune(olderThan: Date): Promise<void> {
    let deleted: number;
    do {
      const result = await this.#dataSource.query<[unknown[], number]>(
        `DELETE FROM mails WHERE mail_id IN (
           SELECT mail_id FROM mails WHERE created_at < $1 AND state <> 'waiting' LIMIT ${pruneBatch})`,
        [olderThan],
      );
      deleted = result[1];
    } while (deleted === pruneBatch);
  }
}
