import { DomainError } from '@waybill/domain';
import { claimMalformed } from './claim-error.js';

/**
 * The one audience of a token; Kubernetes writes it as an array of one. A token for several is one that another of them
 * could bring here (pitfall 11, T4): `oidc.audience-ambiguous`.
 */
export function singleAudience(aud: unknown): string {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const [first, ...others] = audiences;
  if (typeof first !== 'string' || first === '') throw claimMalformed('aud');
  if (others.length > 0) {
    throw new DomainError('unauthenticated', 'oidc.audience-ambiguous', 'The token is for more than one audience.');
  }
  return first;
}

/** The one audience, if it is exactly one of those that this installation answers to; `oidc.audience-wrong` otherwise. */
export function verifyAudience(aud: unknown, accepted: readonly string[]): string {
  const audience = singleAudience(aud);
  if (accepted.includes(audience)) return audience;
  // What it should be for is no secret: everybody may ask the installation.
  const [wanted] = accepted;
  const hint = wanted === undefined ? '' : `: ask your CI for one for ${wanted}`;
  throw new DomainError('unauthenticated', 'oidc.audience-wrong', `The token is for another audience${hint}.`, {
    details: { audience: audience.slice(0, 200) },
  });
}

/**
 * What tokens for an installation may be for, the one that it asks for first: its host, with the port where its address has one; its
 * origin; its whole address. `externalUrl` is from its configuration, never from a request. Clients of an ecosystem have forms of their own.
 */
export function audiencesOf(externalUrl: string): readonly [string, ...string[]] {
  const { host, origin, href } = new URL(externalUrl);
  const others = [origin, href.replace(/\/+$/, '')];
  return [host, ...new Set(others)];
}
