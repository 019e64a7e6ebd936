import { Injectable } from '@nestjs/common';
import { userId } from '@waybill/contracts';
import type { UserId } from '@waybill/domain';
import { DataSource, type EntityManager, In, IsNull, MoreThan } from 'typeorm';
import { z } from 'zod';
import type { PasswordHash } from '../passwords/password-hasher.js';
import { UserEntity } from './user.entity.js';
import { isUsername } from './username.rules.js';

const eventVersions = z.array(z.object({ userId, eventVersion: z.int() }));

export type NewUser = Pick<UserEntity, 'userId' | 'username' | 'email' | 'passwordHash' | 'installationAdmin'> &
  Partial<Pick<UserEntity, 'emailVerifiedAt'>>;

/** What of an account is changed after it was made. */
export type UserChanges = Partial<
  Pick<
    UserEntity,
    | 'passwordHash'
    | 'suspended'
    | 'installationAdmin'
    | 'email'
    | 'emailVerifiedAt'
    | 'fullName'
    | 'bio'
    | 'website'
    | 'twoFactorEnabledAt'
    | 'deletedAt'
  >
>;

@Injectable()
export class UsersRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, user: NewUser): Promise<void> {
    await manager.getRepository(UserEntity).insert(user);
  }

  /** Nobody who was deleted. What is no username at all is not asked for: PostgreSQL fails on some of it (NUL). */
  async findByUsername(username: string, manager?: EntityManager): Promise<UserEntity | undefined> {
    if (!isUsername(username)) return undefined;
    return (await this.#table(manager).findOneBy({ username, deletedAt: IsNull() })) ?? undefined;
  }

  async findById(userId: UserId, manager?: EntityManager): Promise<UserEntity | undefined> {
    return (await this.#table(manager).findOneBy({ userId })) ?? undefined;
  }

  /** Whether somebody has that name, or had it until they were deleted: nobody else ever gets it. */
  isTaken(manager: EntityManager, username: string): Promise<boolean> {
    return this.#table(manager).existsBy({ username });
  }

  /** Those of them that there are. */
  async findAllByUsername(manager: EntityManager, usernames: readonly string[]): Promise<UserEntity[]> {
    const names = usernames.filter(isUsername);
    return names.length === 0 ? [] : this.#table(manager).findBy({ username: In(names), deletedAt: IsNull() });
  }

  /** Users by name, from after `after`. */
  list(after: string, limit: number): Promise<UserEntity[]> {
    return this.#table().find({
      where: { username: MoreThan(after), kind: 'person', deletedAt: IsNull() },
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
    const row = await this.#table(manager).findOne({
      where: { username, deletedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
    return row ?? undefined;
  }

  /** Sets a new hash if the old one is still there. */
  async replacePasswordHash(userId: UserId, old: PasswordHash, fresh: PasswordHash): Promise<boolean> {
    const result = await this.#table().update({ userId, passwordHash: old }, { passwordHash: fresh });
    return result.affected === 1;
  }

  /** Raises the version that is the account's ETag. */
  async change(manager: EntityManager, userId: UserId, changes: UserChanges): Promise<void> {
    await this.#table(manager).update({ userId }, { ...changes, updatedAt: new Date(), version: () => 'version + 1' });
  }

  /** No sign-in of theirs that was begun before goes on (security.md A11). */
  async endBegunSignIns(manager: EntityManager, userId: UserId): Promise<void> {
    await this.#table(manager).increment({ userId }, 'credentialGeneration', 1);
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

  /**
   * The same for several, whose rows are locked in the order of their ids. Nobody who only refers to them waits for that: what is minted for
   * trusted publishers refers to an account that all of a provider share.
   */
  async nextEventVersions(
    manager: EntityManager,
    userIds: readonly UserId[],
  ): Promise<Pick<UserEntity, 'userId' | 'eventVersion'>[]> {
    if (userIds.length === 0) return [];
    const rows: unknown = await manager.query(
      `WITH locked AS (SELECT user_id FROM users WHERE user_id = ANY($1) ORDER BY user_id FOR NO KEY UPDATE),
            raised AS (UPDATE users u SET event_version = u.event_version + 1
                       FROM locked WHERE u.user_id = locked.user_id RETURNING u.user_id, u.event_version)
       SELECT user_id AS "userId", event_version AS "eventVersion" FROM raised ORDER BY user_id`,
      [userIds],
    );
    return eventVersions.parse(rows);
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
