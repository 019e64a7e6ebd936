import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { GroupSync } from '../group-mappings/group-sync.service.js';
import { AuthMail } from '../mail/auth-mail.js';
import { isReservedUsername } from '../registration/reserved-usernames.rules.js';
import { oneLine } from '../tokens/token.rules.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { ExternalIdentitiesRepository } from './external-identities.repository.js';
import type { ExternalIdentity, IdentityProvider } from './external-identity.js';
import { ProviderNames } from './provider-names.js';
import { usernameOfIdentity } from './username-of-identity.rules.js';

export interface KnownAccount {
  readonly userId: UserId;
  readonly username: string;
  readonly hasSecondFactor: boolean;
  /** See `UserEntity`. */
  readonly credentialGeneration: number;
}

/** What a provider has vouched for, and the account asks more of before it opens. */
export interface VouchedSignOn extends Pick<ExternalIdentity, 'provider' | 'subject'> {
  readonly userId: UserId;
  readonly credentialGeneration: number;
  readonly vouchedAt: Date;
}

const maxAttempts = 100;
const maxNameCharacters = 200;
const maxEmailCharacters = 320;

/** Accounts of people whom another system vouches for. */
@Injectable()
export class ExternalAccounts {
  constructor(
    private readonly identities: ExternalIdentitiesRepository,
    private readonly users: UsersRepository,
    private readonly groups: GroupSync,
    private readonly audit: AuditTrail,
    private readonly mail: AuthMail,
    private readonly names: ProviderNames,
  ) {}

  /**
   * The account of an identity, made at its first sign-in; its groups are followed. An account that is there already is never
   * taken over because a name or an address is the same: its owner links it, signed in. Within `CredentialChanges.run`.
   * Throws `unauthenticated` `login.failed` for a suspended or deleted account.
   */
  async signIn(manager: EntityManager, identity: ExternalIdentity, clientAddress: string): Promise<KnownAccount> {
    const { provider, subject } = identity;
    await this.identities.lock(manager, provider, subject);
    const known = await this.identities.find(manager, provider, subject);
    const places = await this.groups.prepare(manager, known?.userId, identity);
    const userId = known?.userId ?? (await this.#create(manager, identity, clientAddress));
    const user = await this.users.lock(manager, userId);
    if (user === undefined || user.suspended || user.deletedAt !== null) throw signInFailed();
    if (known !== undefined) await this.identities.seen(manager, known);
    await this.groups.follow(manager, userId, places);
    return knownAccount(user);
  }

  /**
   * The account of a sign-on that goes on after another step, if the identity still opens it, and nothing that opens it was ended
   * since; once. Within `CredentialChanges.run`. Throws `unauthenticated` `login.failed`.
   */
  async resume(manager: EntityManager, vouched: VouchedSignOn): Promise<KnownAccount> {
    const { provider, subject, userId, credentialGeneration, vouchedAt } = vouched;
    await this.identities.lock(manager, provider, subject);
    const user = await this.users.lock(manager, userId);
    if (user === undefined || user.suspended || user.deletedAt !== null) throw signInFailed();
    if (user.credentialGeneration !== credentialGeneration) throw signInFailed();
    const identity = await this.identities.find(manager, provider, subject);
    if (identity?.userId !== userId) throw signInFailed();
    if (identity.signedInUntil !== null && identity.signedInUntil >= vouchedAt) throw signInFailed();
    await this.identities.signedIn(manager, identity, vouchedAt);
    return knownAccount(user);
  }

  /**
   * Lets the identity open an account from now on; its groups are followed, and no more those of the one that it replaces.
   * Within `CredentialChanges.run`. Throws `conflict` `identity.linked` when it opens one already, `unauthenticated`
   * `login.failed`.
   */
  async link(manager: EntityManager, userId: UserId, identity: ExternalIdentity, clientAddress: string): Promise<void> {
    const { provider, subject } = identity;
    await this.identities.lock(manager, provider, subject);
    const places = await this.groups.prepare(manager, userId, identity);
    const user = await this.users.lock(manager, userId);
    if (user === undefined || user.suspended || user.deletedAt !== null) throw signInFailed();
    const known = await this.identities.find(manager, provider, subject);
    if (known?.userId === userId) return;
    if (known !== undefined) throw linkedAlready();
    const replaced = await this.identities.remove(manager, userId, provider);
    await this.identities.insert(manager, { provider, subject, userId });
    const by = { actor: `user:${userId}`, userId, clientAddress };
    await this.audit.record(manager, by, {
      action: 'identity.link',
      subject: `user:${userId}`,
      details: { provider, replaced },
    });
    await this.groups.follow(manager, userId, places);
    this.#tell(user, 'linked', { provider, clientAddress });
  }

  /**
   * What opened an account does so no more, and what its groups gave ends: no sign-in would ever take it back. Within
   * `CredentialChanges.run`. Idempotent.
   */
  async unlink(
    manager: EntityManager,
    by: AuditActor,
    userId: UserId,
    providers: readonly IdentityProvider[],
  ): Promise<void> {
    const ends = await this.groups.prepareEnd(manager, userId, providers);
    const user = await this.users.lock(manager, userId);
    if (user === undefined) return;
    for (const end of ends) {
      const { provider } = end;
      if (!(await this.identities.remove(manager, userId, provider))) continue;
      await this.groups.follow(manager, userId, end);
      await this.users.endBegunSignIns(manager, userId);
      const subject = `user:${userId}`;
      await this.audit.record(manager, by, { action: 'identity.unlink', subject, details: { provider } });
      this.#tell(user, 'unlinked', { provider, clientAddress: by.clientAddress });
    }
  }

  /** Whoever did it: to the address that the account has, so that nobody gets or loses a way in unseen. */
  #tell(
    { username, email }: Pick<UserEntity, 'username' | 'email'>,
    change: 'linked' | 'unlinked',
    { provider, clientAddress = '' }: { provider: IdentityProvider; clientAddress: string | undefined },
  ): void {
    const values = { username, change, identity: this.names.of(provider), at: new Date().toISOString(), clientAddress };
    this.mail.send({ to: email, template: 'identity-changed', values });
  }

  async #create(manager: EntityManager, identity: ExternalIdentity, clientAddress: string): Promise<UserId> {
    const { provider, subject, fullName } = identity;
    const userId = randomUUID() as UserId;
    const username = await this.#freeName(manager, identity.username ?? identity.email);
    const email = identity.emailVerified ? identity.email?.slice(0, maxEmailCharacters) : undefined;
    await this.users.insert(manager, {
      userId,
      username,
      email: email ?? null,
      passwordHash: null,
      installationAdmin: false,
    });
    if (email !== undefined) await this.users.change(manager, userId, { emailVerifiedAt: new Date() });
    if (fullName !== undefined) {
      await this.users.change(manager, userId, { fullName: oneLine(fullName).slice(0, maxNameCharacters) });
    }
    await this.identities.insert(manager, { provider, subject, userId });
    await this.audit.record(
      manager,
      { actor: `user:${userId}`, userId, clientAddress },
      { action: 'user.create', subject: `user:${userId}`, details: { username, provider } },
    );
    return userId;
  }

  async #freeName(manager: EntityManager, wanted: string | undefined): Promise<string> {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const name = usernameOfIdentity(wanted, attempt);
      if (!isReservedUsername(name) && !(await this.users.isTaken(manager, name))) return name;
    }
    return `user-${randomUUID().slice(0, 13)}`;
  }
}

function knownAccount({ userId, username, twoFactorEnabledAt, credentialGeneration }: UserEntity): KnownAccount {
  return { userId, username, hasSecondFactor: twoFactorEnabledAt !== null, credentialGeneration };
}

function signInFailed(): DomainError {
  return new DomainError('unauthenticated', 'login.failed', 'That account cannot sign in.');
}

function linkedAlready(): DomainError {
  return new DomainError('conflict', 'identity.linked', 'That identity opens another account already.');
}
