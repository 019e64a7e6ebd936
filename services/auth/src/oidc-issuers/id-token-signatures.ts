import { Injectable } from '@nestjs/common';
import type { ProviderName } from '@waybill/trusted-publishing';
import { compactVerify, type CompactVerifyGetKey } from 'jose';
import { issuerUnknown, signatureWrong, tokenMalformed } from './id-token.errors.js';
import type { UnverifiedToken } from './id-token.rules.js';
import { KeySetCache } from './key-set-cache.js';
import type { IssuerReading } from './known-issuer.rules.js';
import type { OidcKeySetEntity } from './oidc-key-set.entity.js';
import { OidcKeySets } from './oidc-key-sets.js';

export interface SignedToken extends UnverifiedToken {
  readonly text: string;
}

/** What an issuer has signed. */
export type SignedPayload = Readonly<Record<string, unknown>>;

/** Says whether a token is signed by who it names. */
@Injectable()
export class IdTokenSignatures {
  constructor(
    private readonly common: KeySetCache,
    private readonly ofOrganizations: OidcKeySets,
  ) {}

  /** As an issuer of everybody's. Throws `unauthenticated` `oidc.signature-wrong`, `unavailable` `oidc.issuer-unavailable`. */
  async verifyCommon(reading: IssuerReading, token: SignedToken): Promise<SignedPayload> {
    if (!reading.algorithms.some((known) => known === token.algorithm)) {
      throw signatureWrong('the issuer does not sign like that');
    }
    const payload = await payloadOf(token, await this.common.find(reading, token.kid));
    if (payload === undefined) throw signatureWrong('its signature does not verify');
    return payload;
  }

  /**
   * As an issuer of organizations, once for each set of keys. Whoever cannot show that it is signed is not told, by no word and by no time, that somebody
   * registered it (A6): that throws `unauthenticated` `oidc.issuer-unknown`. The same is done for a URL of nobody: no keys are found then.
   */
  async verifierOf(token: SignedToken): Promise<(reading: IssuerReading) => Promise<SignedPayload>> {
    const sets = await this.ofOrganizations.ofUrl(token.issuer);
    const payloads = new Map<ProviderName, Promise<SignedPayload>>();
    return (reading) => {
      const known = payloads.get(reading.provider);
      if (known !== undefined) return known;
      const set = sets.find(({ provider }) => provider === reading.provider);
      const payload = this.#verifyWith(set, token, reading);
      payloads.set(reading.provider, payload);
      return payload;
    };
  }

  async #verifyWith(
    set: OidcKeySetEntity | undefined,
    token: SignedToken,
    { organizations }: IssuerReading,
  ): Promise<SignedPayload> {
    const payload = set === undefined ? undefined : await payloadOf(token, this.ofOrganizations.keysOf(set));
    if (set === undefined || payload === undefined) throw issuerUnknown();
    const current = await this.ofOrganizations.current(set, organizations);
    if (current !== set && (await payloadOf(token, this.ofOrganizations.keysOf(current))) === undefined) {
      throw issuerUnknown();
    }
    await this.ofOrganizations.used(current);
    return payload;
  }
}

/** Undefined where none of the keys has signed it, in the way that its header says. */
async function payloadOf(
  { text, algorithm }: SignedToken,
  keys: CompactVerifyGetKey,
): Promise<SignedPayload | undefined> {
  // What jose says of a token has nothing for whoever sent it, and is of many kinds.
  const verified = await compactVerify(text, keys, { algorithms: [algorithm] }).catch(() => undefined);
  if (verified === undefined) return undefined;
  const content: unknown = JSON.parse(new TextDecoder().decode(verified.payload));
  if (isObject(content)) return content;
  throw tokenMalformed('its payload is no object');
}

function isObject(value: unknown): value is SignedPayload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
