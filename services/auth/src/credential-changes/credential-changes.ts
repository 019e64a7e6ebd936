import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { credentialsChangedSubject } from '@waybill/contracts';
import type { UserId } from '@waybill/domain';
import { GatewayNews } from '@waybill/edge';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';

interface Changes {
  readonly revokedHashes: Set<string>;
  readonly changedUserIds: Set<UserId>;
  everybody: boolean;
}

/** Of more users no message tells one by one. */
export const maxNamedUsers = 1000;

/**
 * A use case that takes something away from somebody runs in here: when its transaction is committed, every gateway that
 * is alive is told and has confirmed before the use case answers (security.md A11). The event in the outbox goes out as
 * well, for whoever does not hear this.
 */
@Injectable()
export class CredentialChanges {
  readonly #current = new AsyncLocalStorage<Changes>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly news: GatewayNews,
  ) {}

  async run<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    const changes: Changes = { revokedHashes: new Set(), changedUserIds: new Set(), everybody: false };
    const result = await this.#current.run(changes, () => this.unitOfWork.run(work));
    const revokedHashes = [...changes.revokedHashes];
    const everybody = changes.everybody || changes.changedUserIds.size > maxNamedUsers;
    const changedUserIds = everybody ? [] : [...changes.changedUserIds];
    if (everybody || revokedHashes.length + changedUserIds.length > 0) {
      const news = { revokedHashes, changedUserIds, ...(everybody && { everybody }) };
      await this.news.tell(credentialsChangedSubject, news);
    }
    return result;
  }

  /** These hashes of tokens and of session cookies work no more once the transaction is committed. */
  revoked(hashes: readonly string[]): void {
    for (const hash of hashes) this.#current.getStore()?.revokedHashes.add(hash);
  }

  /** What is known of this user is out of date once the transaction is committed. */
  changed(userId: UserId): void {
    this.#current.getStore()?.changedUserIds.add(userId);
  }

  /** What is known of more users than one can name is out of date once the transaction is committed. */
  changedEverybody(): void {
    const changes = this.#current.getStore();
    if (changes !== undefined) changes.everybody = true;
  }
}
