import { DomainError } from '@waybill/domain';
import { AddressPolicy } from './address-policy.js';

export interface OutboundSettings {
  /** Addresses, CIDR ranges and host names inside that may be spoken to all the same. */
  readonly allowedNetworks?: readonly string[];
  /** Whether `http:` may be spoken besides `https:`. */
  readonly allowHttp?: boolean;
  /** The setting by which an operator allows that, named where it is refused. */
  readonly httpSetting?: string;
  /** Ports below 1024 that may be spoken to; those from 1024 on always may. 80 and 443 unless said. */
  readonly lowPorts?: readonly number[];
}

const maxUrlCharacters = 2048;
const firstUnprivilegedPort = 1024;

/** What an address that somebody typed must be like before anything is sent to it (security.md W3). Pure. */
export class OutboundPolicy {
  readonly addresses: AddressPolicy;
  readonly #allowHttp: boolean;
  readonly #httpSetting: string | undefined;
  readonly #lowPorts: readonly number[];

  constructor(settings: OutboundSettings = {}) {
    this.addresses = new AddressPolicy(settings.allowedNetworks);
    this.#allowHttp = settings.allowHttp ?? false;
    this.#httpSetting = settings.httpSetting;
    this.#lowPorts = settings.lowPorts ?? [80, 443];
  }

  /**
   * The parsed address. A host that is given by name is looked at again when it is connected to, since what it resolves to
   * may change. Errors: `invalid` `outbound.url-malformed` | `outbound.url-refused`.
   */
  parseUrl(text: string): URL {
    const url = text.length <= maxUrlCharacters ? URL.parse(text) : null;
    if (url === null) throw new DomainError('invalid', 'outbound.url-malformed', 'That is not an absolute URL.');
    if (url.protocol !== 'https:' && !(this.#allowHttp && url.protocol === 'http:')) {
      throw refused(this.#schemeWords(url.protocol));
    }
    if (url.username !== '' || url.password !== '') throw refused('A URL may not carry a user name or a password.');
    if (!this.#allowsPort(portOf(url))) throw refused('That port is not spoken to.');
    if (!this.#allowsName(hostOf(url))) throw refused('That address is not one that may be spoken to.');
    url.hash = '';
    return url;
  }

  #schemeWords(protocol: string): string {
    if (this.#allowHttp) return 'Only http and https are spoken.';
    if (this.#httpSetting === undefined || protocol !== 'http:') return 'Only https is spoken.';
    return `Only https is spoken, unless the operator allows http, for tests: ${this.#httpSetting}=yes.`;
  }

  #allowsPort(port: number): boolean {
    return port >= firstUnprivilegedPort || this.#lowPorts.includes(port);
  }

  #allowsName(host: string): boolean {
    if (this.addresses.allowsHost(host)) return true;
    if (isLiteral(host)) return this.addresses.allowsAddress(host);
    // RFC 6761 §6.3: it is the machine itself, whoever resolves it.
    return !/(?:^|\.)localhost\.?$/i.test(host) || this.addresses.allowsAddress('127.0.0.1');
  }
}

/** The host without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

// The parser of URLs brings every number to the four-part form: 0x7f.1 and 2130706433 are 127.0.0.1 by now.
export function isLiteral(host: string): boolean {
  return host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function refused(message: string): DomainError {
  return new DomainError('invalid', 'outbound.url-refused', message);
}
