import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import * as openId from 'openid-client';
import { z } from 'zod';
import type { AuthConfig } from '../config.js';
import { causeOf } from '../external-identities/failure-cause.rules.js';
import type { ExternalIdentity } from '../external-identities/external-identity.js';

/** What the answer of the provider must fit to. */
export interface SignOnChecks {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636). */
  readonly verifier: string;
}

const discoveredForMs = 3_600_000;
const timeoutSeconds = 10;
const maxSubjectCharacters = 500;
const text = z.string().min(1).max(1000).optional().catch(undefined);

/**
 * The OpenID provider of people (OpenID Connect Core 1.0, code flow with PKCE, state and nonce). Its ID tokens are checked by
 * their signatures, also those that come straight from it.
 */
@Injectable()
export class OpenIdProvider {
  #discovered: { readonly configuration: openId.Configuration; readonly until: number } | undefined;

  constructor(
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** What people call it; undefined where none is configured. */
  get name(): string | undefined {
    const { WAYBILL_SIGN_ON_ISSUER: issuer, WAYBILL_SIGN_ON_CLIENT_ID: clientId } = this.config;
    return issuer === undefined || clientId === undefined ? undefined : this.config.WAYBILL_SIGN_ON_NAME;
  }

  /** Where the browser is sent, and what its answer must fit to. Throws `not-found`, `unavailable` `sign-on.unavailable`. */
  async begin(returnUrl: string): Promise<{ readonly url: URL; readonly checks: SignOnChecks }> {
    const configuration = await this.#configuration();
    const checks = {
      state: openId.randomState(),
      nonce: openId.randomNonce(),
      verifier: openId.randomPKCECodeVerifier(),
    };
    const url = openId.buildAuthorizationUrl(configuration, {
      redirect_uri: returnUrl,
      scope: this.config.WAYBILL_SIGN_ON_SCOPES,
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: await openId.calculatePKCECodeChallenge(checks.verifier),
      code_challenge_method: 'S256',
    });
    return { url, checks };
  }

  /**
   * Whom the provider vouches for. `answered`: the address that it sent the browser back to, whole. Throws
   * `unauthenticated` `sign-on.failed` for an answer that does not fit, whatever of it.
   */
  async identityOf(answered: URL, { state, nonce, verifier }: SignOnChecks): Promise<ExternalIdentity> {
    const configuration = await this.#configuration();
    try {
      const tokens = await openId.authorizationCodeGrant(configuration, answered, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined || claims.sub === '' || claims.sub.length > maxSubjectCharacters) throw signOnFailed();
      const hasInfo = configuration.serverMetadata().userinfo_endpoint !== undefined;
      const info = hasInfo ? await openId.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
      return this.#identity(claims, info);
    } catch (error) {
      if (error instanceof DomainError) throw error;
      // Its own words may repeat what was in the address.
      this.log.warn({ cause: causeOf(error), provider: configuration.serverMetadata().issuer }, 'sign-on failed');
      throw signOnFailed();
    }
  }

  #identity(
    idToken: { readonly iss: string; readonly sub: string } & Readonly<Record<string, unknown>>,
    info: Readonly<Record<string, unknown>>,
  ): ExternalIdentity {
    const claims = { ...info, ...idToken };
    // An address and whether it is verified are of one source: one says nothing about the other's.
    const vouching = idToken['email'] === undefined ? info : idToken;
    const { WAYBILL_SIGN_ON_USERNAME_CLAIM: usernameClaim, WAYBILL_SIGN_ON_GROUPS_CLAIM: groupsClaim } = this.config;
    const groups = z
      .array(z.string().max(1000))
      .max(1000)
      .catch([])
      .parse(claims[groupsClaim] ?? []);
    return {
      provider: 'oidc',
      // A subject means somebody at its issuer alone (OpenID Connect Core 1.0, 5.7; security.md T3).
      subject: `${idToken.iss} ${idToken.sub}`,
      username: text.parse(claims[usernameClaim]),
      email: text.parse(vouching['email']),
      emailVerified: vouching['email_verified'] === true,
      fullName: text.parse(claims['name']),
      groups,
    };
  }

  async #configuration(): Promise<openId.Configuration> {
    const now = Date.now();
    if (this.#discovered !== undefined && this.#discovered.until > now) return this.#discovered.configuration;
    const { WAYBILL_SIGN_ON_ISSUER: issuer, WAYBILL_SIGN_ON_CLIENT_ID: clientId } = this.config;
    if (issuer === undefined || clientId === undefined) {
      throw new DomainError('not-found', 'sign-on.not-configured', 'There is no single sign-on here.');
    }
    const url = new URL(issuer);
    const secret = this.config.WAYBILL_SIGN_ON_CLIENT_SECRET?.reveal();
    try {
      const configuration = await openId.discovery(
        url,
        clientId,
        undefined,
        secret === undefined ? openId.None() : openId.ClientSecretBasic(secret),
        {
          timeout: timeoutSeconds,
          execute: [
            openId.enableNonRepudiationChecks,
            // A provider without https is one that the operator named so; marked deprecated only to be noticed.
            // eslint-disable-next-line @typescript-eslint/no-deprecated
            ...(url.protocol === 'http:' ? [openId.allowInsecureRequests] : []),
          ],
        },
      );
      this.#discovered = { configuration, until: now + discoveredForMs };
      return configuration;
    } catch (error) {
      this.log.warn({ cause: causeOf(error), provider: issuer }, 'the sign-on provider cannot be reached');
      throw new DomainError('unavailable', 'sign-on.unavailable', 'The sign-on provider cannot be reached now.', {
        retryAfterSeconds: 5,
        cause: error,
      });
    }
  }
}

function signOnFailed(): DomainError {
  return new DomainError('unauthenticated', 'sign-on.failed', 'The sign-on did not work: start again.');
}
