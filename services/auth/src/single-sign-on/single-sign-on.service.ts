import { Injectable } from '@nestjs/common';
import type { SessionId, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import type { KnownAccount } from '../external-identities/external-accounts.service.js';
import { ExternalAccounts } from '../external-identities/external-accounts.service.js';
import { PasswordLogin } from '../passwords/password-login.service.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import type { OpenedSession, SessionClient } from '../sessions/sessions.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Journey } from './journey.js';
import { OpenIdProvider } from './open-id-provider.js';

const awayForMs = 10 * 60_000;
const secondFactorForMs = 5 * 60_000;

export interface LinkTarget {
  readonly userId: UserId;
  readonly sessionId: SessionId;
}

export interface SignOnRequest {
  readonly login?: string | undefined;
  readonly linkTo?: LinkTarget | undefined;
}

/** What follows when the provider has answered. */
export type SignOnResult =
  | { readonly kind: 'signed-in'; readonly session: OpenedSession }
  | { readonly kind: 'second-factor'; readonly journey: Journey }
  | { readonly kind: 'linked' };

/** Signing in with OpenID Connect: from the first step to a session. */
@Injectable()
export class SingleSignOn {
  constructor(
    private readonly provider: OpenIdProvider,
    private readonly accounts: ExternalAccounts,
    private readonly sessions: SessionsService,
    private readonly sessionRows: SessionsRepository,
    private readonly login: PasswordLogin,
    private readonly changes: CredentialChanges,
  ) {}

  /** Throws what `OpenIdProvider.begin` throws. */
  async begin(
    externalUrl: string,
    request: SignOnRequest,
  ): Promise<{ readonly address: string; readonly journey: Journey }> {
    const { url, checks } = await this.provider.begin(returnUrlOf(externalUrl));
    const journey = { stage: 'at-provider' as const, until: Date.now() + awayForMs, ...checks, ...defined(request) };
    return { address: url.href, journey };
  }

  /** `query`: what the provider put into the address, with its question mark. Throws `unauthenticated`, `conflict`. */
  async finish(
    journey: Extract<Journey, { stage: 'at-provider' }>,
    query: string,
    { externalUrl, ...client }: SessionClient & { readonly externalUrl: string },
  ): Promise<SignOnResult> {
    const identity = await this.provider.identityOf(new URL(`${returnUrlOf(externalUrl)}${query}`), journey);
    const { linkTo, login } = journey;
    const { clientAddress } = client;
    if (linkTo !== undefined) {
      await this.changes.run(async (manager) => {
        await this.accounts.link(manager, linkTo.userId, identity, clientAddress);
        // Who changed their password meanwhile has ended what was begun before (security.md A11).
        if (!(await this.sessionRows.exists(manager, linkTo.sessionId))) throw sessionEnded();
      });
      return { kind: 'linked' };
    }
    return this.changes.run(async (manager): Promise<SignOnResult> => {
      const account = await this.accounts.signIn(manager, identity, clientAddress);
      if (account.hasSecondFactor) {
        const vouchedAt = new Date();
        const until = vouchedAt.getTime() + secondFactorForMs;
        const { provider, subject } = identity;
        const { userId, credentialGeneration } = account;
        const vouched = { provider, subject, userId, credentialGeneration, vouchedAt };
        return { kind: 'second-factor', journey: { stage: 'second-factor', until, vouched, ...defined({ login }) } };
      }
      return { kind: 'signed-in', session: await this.#open(manager, account, client) };
    });
  }

  /**
   * Throws `unauthenticated` `login.second-factor-failed`, and `login.failed` where what the provider vouched for opens the account no
   * more, something has ended its credentials meanwhile, or the journey was finished before (security.md A11, W7); `limit`.
   */
  async finishWithCode(
    { vouched }: Extract<Journey, { stage: 'second-factor' }>,
    code: string,
    client: SessionClient,
  ): Promise<OpenedSession> {
    await this.login.proveAgain(vouched.userId, { code, clientAddress: client.clientAddress });
    return this.changes.run(async (manager) =>
      this.#open(manager, await this.accounts.resume(manager, vouched), client),
    );
  }

  #open(manager: Parameters<SessionsService['openFor']>[0], account: KnownAccount, client: SessionClient) {
    return this.sessions.openFor(manager, account, { ...client, method: 'single-sign-on' });
  }
}

function returnUrlOf(externalUrl: string): string {
  return `${externalUrl}/login/sign-on/return`;
}

function defined(request: SignOnRequest): { login?: string; linkTo?: LinkTarget } {
  const { login, linkTo } = request;
  return { ...(login === undefined ? {} : { login }), ...(linkTo === undefined ? {} : { linkTo }) };
}

function sessionEnded(): DomainError {
  return new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
}
