import { Resolver } from 'node:dns/promises';
import { DomainError } from '@waybill/domain';

/** Injection token. */
export const TXT_LOOKUP = Symbol('waybill.txt-lookup');

/** Asks the DNS for TXT records. */
export interface TxtLookup {
  /** The texts under the name, none where there is none. Errors: `unavailable` `dns.unavailable`. */
  texts(name: string): Promise<string[]>;
}

const timeoutMilliseconds = 2000;
const tries = 2;
const maxTexts = 100;
const maxTextLength = 1000;
/** There is no such name, or it has no such record. */
const absent = new Set(['ENOTFOUND', 'ENODATA']);

/** Through the servers of the machine, or those that are given (`address` or `address:port`). */
export class DnsTxtLookup implements TxtLookup {
  readonly #resolver = new Resolver({ timeout: timeoutMilliseconds, tries, maxTimeout: timeoutMilliseconds });

  constructor(servers: readonly string[]) {
    if (servers.length > 0) this.#resolver.setServers(servers);
  }

  async texts(name: string): Promise<string[]> {
    try {
      const records = await this.#resolver.resolveTxt(name);
      // A record is sent in pieces of at most 255 bytes that belong together (RFC 7208, 3.3).
      return records.slice(0, maxTexts).map((pieces) => pieces.join('').slice(0, maxTextLength));
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && absent.has(String(cause.code))) return [];
      throw new DomainError('unavailable', 'dns.unavailable', 'The DNS does not answer now; try again.', {
        cause,
        retryAfterSeconds: 10,
      });
    }
  }
}
