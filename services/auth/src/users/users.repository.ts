import { Injectable } from '@nestjs/common';
import type { UserId } from '@waybill/domain';
import { DataSource, type EntityManager, In, MoreThan } from 'typeorm';
import type { PasswordHash } from '../passwords/password-hasher.js';
import { UserEntity } from './user.entity.js';
import { isUsername } from './username.rules.js';

export type NewUser = Pick<UserEntity, 'userId' | 'username' | 'email' | 'passwordHash' | 'installationAdmin'>;

@Injectable()
export class UsersRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, user: NewUser): Promise<void> {
    await manager.getRepository(UserEntity).insert(user);
  }

  /** What is no username at all is not asked for: PostgreSQL fails on some of it (NUL). */
  async findByUsername(username: string, manager?: EntityManager): Promise<UserEntity | undefined> {
    if (!isUsername(username)) return undefined;
    return (await this.#table(manager).findOneBy({ username })) ?? undefined;
  }

  async findById(userId: UserId, manager?: EntityManager): Promise<UserEntity | undefined> {
    return (await this.#table(manager).findOneBy({ userId })) ?? undefined;
  }

  /** Those of them that there are. */
  async findAllByUsername(manager: EntityManager, usernames: readonly string[]): Promise<UserEntity[]> {
    const names = usernames.filter(isUsername);
    return names.length === 0 ? [] : this.#table(manager).findBy({ username: In(names) });
  }

  /** Users by name, from after `after`. */
  list(after: string, limit: number): Promise<UserEntity[]> {
    return this.#table().find({
      where: { username: MoreThan(after), kind: 'person' },
      order: { username: 'ASC' },
      take: limit,
    });
  }

  /** Reads the user and keeps everybody else from changing it until the transaction ends. */
  async lock(manager: EntityManager, userId: UserId): Promise<UserEntity | undefined> {
    const row = await this.#table(manager).findOne({ where: { userId }, lock: { mode: 'pessimistic_write' } });
    return row ?? undefined;
  }

  async lockByUsername(manager: EntityManager, username: string): Promise<UserEntity | undefined> {
    if (!isUsername(username)) return undefined;
    const row = await this.#table(manager).findOne({ where: { username }, lock: { mode: 'pessimistic_write' } });
    return row ?? undefined;
  }

  /** Sets a new hash if the old one is still there. */
  async replacePasswordHash(userId: UserId, old: PasswordHash, fresh: PasswordHash): Promise<boolean> {
    const result = await this.#table().update({ userId, passwordHash: old }, { passwordHash: fresh });
    return result.affected === 1;
  }

  async change(
    manager: EntityManager,
    userId: UserId,
    changes: Partial<Pick<UserEntity, 'passwordHash' | 'suspended' | 'installationAdmin' | 'email' | 'fullName'>>,
  ): Promise<void> {
    await this.#table(manager).update({ userId }, { ...changes, updatedAt: new Date() });
  }

  /** The version of the user's next event. */
  async nextEventVersion(manager: EntityManager, userId: UserId): Promise<number> {
    await this.#table(manager).increment({ userId }, 'eventVersion', 1);
    const row = await this.#table(manager).findOneOrFail({
      where: { userId },
      select: { userId: true, eventVersion: true },
    });
    return row.eventVersion;
  }

  /** Keeps others from bootstrapping until the transaction ends, then says whether there is any user. */
  async isEmptyExclusively(manager: EntityManager): Promise<boolean> {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('auth.bootstrap', 0))`);
    return !(await this.#table(manager).exists());
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.#table().exists());
  }

  /** Locks the active administrators, so that two changes cannot both take away the last but one. */
  async lockAdministrators(manager: EntityManager): Promise<UserEntity[]> {
    return this.#table(manager).find({
      where: { installationAdmin: true, suspended: false },
      order: { userId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(UserEntity);
  }
}
