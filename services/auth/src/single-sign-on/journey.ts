import { Inject, Injectable } from '@nestjs/common';
import { sessionId, userId } from '@waybill/contracts';
import { cookieNameAt, setCookieAt } from '@waybill/edge';
import { Seal } from '@waybill/sealing';
import { SERVICE_CONFIG } from '@waybill/service-host';
import { z } from 'zod';
import type { AuthConfig } from '../config.js';
import { identityProviders } from '../external-identities/external-identity.js';

const journey = z.discriminatedUnion('stage', [
  /** The browser is at the provider. */
  z.object({
    stage: z.literal('at-provider'),
    until: z.number(),
    state: z.string(),
    nonce: z.string(),
    verifier: z.string(),
    /** The login page that waits, if one does. */
    login: z.string().optional(),
    /** Whose account the identity is to open from now on, instead of a sign-in, and the session that said so. */
    linkTo: z.object({ userId, sessionId }).optional(),
  }),
  /** The provider has vouched; the account asks for its second factor as well. */
  z.object({
    stage: z.literal('second-factor'),
    until: z.number(),
    /** What it has vouched for, and when: all of it must still be so (`ExternalAccounts.resume`). */
    vouched: z.object({
      provider: z.enum(identityProviders),
      subject: z.string(),
      userId,
      credentialGeneration: z.int(),
      vouchedAt: z.coerce.date(),
    }),
    login: z.string().optional(),
  }),
]);
export type Journey = z.infer<typeof journey>;

/** Given back to this service by the gateway, which keeps every other cookie. */
export const journeyCookieName = 'waybill_sign_on';
const maxCookieCharacters = 4000;

/**
 * Where a browser is on its way through a sign-on, in a sealed cookie of its own (security.md W2): what it did not begin
 * itself, it cannot finish. `SameSite=Lax`, since it comes back from another site.
 */
@Injectable()
export class Journeys {
  readonly #seal: Seal;

  constructor(@Inject(SERVICE_CONFIG) config: AuthConfig) {
    this.#seal = new Seal(config.WAYBILL_AUTH_KEY_SECRET.reveal(), 'waybill sign-on journey v1');
  }

  cookie(of: Journey, externalUrl: string): string {
    const value = this.#seal.seal(journeyCookieName, Buffer.from(JSON.stringify(of))).toString('base64url');
    return setCookie(value, externalUrl, Math.max(0, Math.ceil((of.until - Date.now()) / 1000)));
  }

  ended(externalUrl: string): string {
    return setCookie('', externalUrl, 0);
  }

  /** Undefined for none, one that is over, and one that is not ours. */
  read(cookieHeader: string | undefined, externalUrl: string): Journey | undefined {
    const name = cookieNameAt(externalUrl, journeyCookieName);
    const value = new RegExp(`(?:^|;)\\s*${name}=([A-Za-z0-9_-]{1,${maxCookieCharacters}})(?:;|$)`).exec(
      cookieHeader ?? '',
    )?.[1];
    if (value === undefined) return undefined;
    try {
      const opened = this.#seal.open(journeyCookieName, Buffer.from(value, 'base64url'));
      const parsed = journey.parse(JSON.parse(opened.toString()));
      return parsed.until > Date.now() ? parsed : undefined;
    } catch {
      return undefined;
    }
  }
}

function setCookie(value: string, externalUrl: string, maxAgeSeconds: number): string {
  return setCookieAt(externalUrl, { name: journeyCookieName, value, maxAgeSeconds, sameSite: 'Lax' });
}
