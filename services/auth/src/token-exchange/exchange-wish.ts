import type { AuditActor } from '@waybill/audit';
import type { Action, PackagePurl, PublisherId, TokenScope, TokenText } from '@waybill/domain';

/** What somebody wants for an ID token, who is known by nothing else. */
export interface ExchangeWish {
  readonly idToken: string;
  /** Exactly one of them has to be the token's only audience. */
  readonly audiences: readonly string[];
  /** The purl type; of all ecosystems without. */
  readonly ecosystem?: string | undefined;
  /** The only package that it is wanted for; without, all that its publishers name. */
  readonly packagePurl?: PackagePurl | undefined;
  /** The slug of the only repository. */
  readonly repository?: string | undefined;
  /** Nothing but these of what the publisher may do. */
  readonly actions?: readonly Action[] | undefined;
  readonly clientAddress: string;
  readonly requestId: string;
}

/** Where a request came from, for the audit. */
export type ExchangedBy = Pick<AuditActor, 'requestId' | 'clientAddress'>;

export interface ExchangedToken {
  /** Shown once, never stored or logged. */
  readonly text: TokenText;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** The first of those that it is for. */
  readonly publisherId: PublisherId;
  /** In the words of libs/trusted-publishing. */
  readonly provider: string;
  readonly scopes: readonly TokenScope[];
}
