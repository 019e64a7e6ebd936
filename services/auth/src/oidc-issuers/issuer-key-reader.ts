import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { providers } from '@waybill/trusted-publishing';
import type { KeySource } from './key-set-cache.js';
import type { SigningKey } from './key-set.rules.js';
import { discoveryAddressOf, keysAddressIn, signingKeysIn } from './key-set.rules.js';
import { OidcIssuerOutbound } from './oidc-issuer-outbound.js';

const timeoutMilliseconds = 5000;
const maxAnswerBytes = 256 * 1024;

/**
 * Fetches the keys of issuers: from where its discovery document says, or from where an administrator has. Follows no
 * redirects; within the operator's policy on where it may go (security.md T6, W3).
 */
@Injectable()
export class IssuerKeyReader {
  constructor(
    private readonly outbound: OidcIssuerOutbound,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** At least one key, within five seconds in all; throws otherwise, and writes down why. */
  async read(source: KeySource): Promise<readonly SigningKey[]> {
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    try {
      const address = source.jwksUri ?? (await this.#discover(source, signal));
      const keys = signingKeysIn(await this.#json(address, signal));
      if (keys === undefined) throw unusable('what is at the jwks_uri is no key set');
      if (keys.length === 0) throw unusable('the key set has no key for signatures');
      return keys;
    } catch (error) {
      const cause = error instanceof DomainError ? { code: error.code, why: error.message } : { err: error };
      this.log.warn({ issuer: source.url, ...cause }, 'the keys of an issuer cannot be had');
      throw error;
    }
  }

  async #discover({ url, provider }: KeySource, signal: AbortSignal): Promise<string> {
    const document = await this.#json(discoveryAddressOf(url), signal);
    const found = keysAddressIn(document, url, providers[provider].keyHosts ?? []);
    if ('wrong' in found) throw unusable(found.wrong);
    return found.address;
  }

  async #json(url: string, signal: AbortSignal): Promise<unknown> {
    const headers = { accept: 'application/json', 'accept-encoding': 'identity' };
    const answer = await this.outbound.send({
      method: 'GET',
      url,
      headers,
      timeoutMilliseconds,
      maxAnswerBytes,
      signal,
    });
    if (answer.status !== 200) throw unusable(`the answer has the status ${answer.status}`);
    try {
      return JSON.parse(answer.body.toString('utf8'));
    } catch {
      throw unusable('the answer is no JSON');
    }
  }
}

function unusable(why: string): DomainError {
  return new DomainError('unavailable', 'oidc.keys-unusable', why);
}
