import type { OrganizationId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { createLogger } from '@waybill/observability';
import type { CiIssuerOptions, RunningCiIssuer } from '@waybill/testing';
import { startCiIssuer } from '@waybill/testing';
import type { ProviderName } from '@waybill/trusted-publishing';
import { providers } from '@waybill/trusted-publishing';
import { onTestFinished } from 'vitest';
import { StoredKeySets } from './stored-key-sets.js';
import type { AuthConfig } from '../src/config.js';
import { FetchSlots } from '../src/oidc-issuers/fetch-slots.js';
import { IdTokenSignatures } from '../src/oidc-issuers/id-token-signatures.js';
import { IdTokenVerifier } from '../src/oidc-issuers/id-token-verifier.js';
import { IssuerKeyReader } from '../src/oidc-issuers/issuer-key-reader.js';
import type { KeySource } from '../src/oidc-issuers/key-set-cache.js';
import { KeySetCache } from '../src/oidc-issuers/key-set-cache.js';
import { KnownIssuers } from '../src/oidc-issuers/known-issuers.js';
import { OidcIssuerEntity } from '../src/oidc-issuers/oidc-issuer.entity.js';
import { OidcIssuerOutbound } from '../src/oidc-issuers/oidc-issuer-outbound.js';
import { OidcKeySets } from '../src/oidc-issuers/oidc-key-sets.js';
import type { VerifiedIdToken } from '../src/oidc-issuers/verified-id-token.js';

export const audience = 'npm:waybill.example';

/** Where the issuers of tests are. */
const loopback = { WAYBILL_OIDC_ALLOWED_NETWORKS: ['127.0.0.1'], WAYBILL_OIDC_ALLOW_HTTP: 'yes' as const };

/** A verifier with real issuers over HTTP; only what is registered is held in memory. */
export class VerifierGround {
  readonly lines: string[] = [];
  readonly #rows: OidcIssuerEntity[] = [];
  /** Keys of organizations' issuers. */
  readonly stored = new StoredKeySets();
  readonly #keySets: OidcKeySets;
  readonly #verifier: IdTokenVerifier;
  #clock = 0;

  constructor(outward: Partial<AuthConfig> = loopback) {
    const log = createLogger({ service: 'auth', destination: { write: (line) => void this.lines.push(line) } });
    const outbound = new OidcIssuerOutbound(outward);
    onTestFinished(() => outbound.onModuleDestroy());
    const reader = new IssuerKeyReader(outbound, log);
    const read = (source: KeySource) => reader.read(source);
    const slots = new FetchSlots();
    const now = () => Date.now() + this.#clock;
    const common = new KeySetCache(read, slots, now);
    this.#keySets = new OidcKeySets(this.stored, read, slots, () => new Date(now()));
    const rows = { registrations: (url: string) => Promise.resolve(this.of(url)) };
    const signatures = new IdTokenSignatures(common, this.#keySets);
    this.#verifier = new IdTokenVerifier(new KnownIssuers(rows as never), signatures);
  }

  /** For the keys alone; tokens are of the real time. */
  pass(minutes: number): void {
    this.#clock += minutes * 60_000;
  }

  register(of: Partial<OidcIssuerEntity> & Pick<OidcIssuerEntity, 'url' | 'provider'>): OidcIssuerEntity {
    const algorithms = [...providers[of.provider].algorithms];
    const usual: Partial<OidcIssuerEntity> = { organizationId: null, jwksUri: null, algorithms };
    const row = Object.assign(new OidcIssuerEntity(), usual, { allowFixedAudience: false, enabled: true }, of);
    this.#rows.push(row);
    return row;
  }

  /** What is done when an organization has registered it, and later again and again. */
  async readKeys({ url, provider }: Pick<OidcIssuerEntity, 'url' | 'provider'>): Promise<void> {
    await this.#keySets.refresh({ url, provider });
  }

  /** What is registered of a URL. */
  of(url: string): OidcIssuerEntity[] {
    return this.#rows.filter((row) => row.url === url);
  }

  /** An issuer that runs and is registered. */
  async issuer(
    provider: ProviderName,
    options: CiIssuerOptions & { readonly organizationId?: OrganizationId } = {},
  ): Promise<RunningCiIssuer> {
    const issuer = await startCiIssuer(provider, options);
    onTestFinished(issuer.stop);
    const row = this.register({ url: issuer.issuer, provider, organizationId: options.organizationId ?? null });
    if (row.organizationId !== null) await this.readKeys(row);
    return issuer;
  }

  async verify(token: string, audiences: readonly string[] = [audience]): Promise<VerifiedIdToken> {
    return (await this.verifyAll(token, audiences))[0];
  }

  verifyAll(
    token: string,
    audiences: readonly string[] = [audience],
    now = new Date(),
  ): ReturnType<IdTokenVerifier['verify']> {
    return this.#verifier.verify(token, { audiences, now });
  }

  /** `ok`, or the code of the error. */
  async outcome(token: string, audiences?: readonly string[]): Promise<string> {
    const error = await this.refusal(token, audiences);
    return error === undefined ? 'ok' : error.code;
  }

  async refusal(token: string, audiences?: readonly string[]): Promise<DomainError | undefined> {
    return this.verify(token, audiences).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof DomainError) return error;
        throw error;
      },
    );
  }
}
