import type { ReplyOf } from '@waybill/contracts';
import type { listPackagePublishers } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';

type TrustableIssuer = ReplyOf<typeof listPackagePublishers>['issuers'][number];

export interface WantedPublisher {
  readonly provider: string;
  /** Of the public service, which `npm trust` means. */
  readonly issuer: string;
}

/**
 * Which issuer a publisher of `npm trust` is of, since npm never names one: the public one of its provider, unless another was
 * registered for the organization or the installation. Who runs GitHub Enterprise Server means that one, and `acme` on the
 * public GitHub may be a stranger; several that were registered leave no way to tell. Errors: `conflict`
 * `trusted-publisher.issuer-ambiguous`.
 */
export function issuerFor({ provider, issuer }: WantedPublisher, issuers: readonly TrustableIssuer[]): string {
  const registered = issuers.filter((known) => known.provider === provider && known.from !== 'built-in');
  const urls = [...new Set(registered.map(({ url }) => url))];
  // CircleCI's own have the organization in their address, which the publisher names: one of another is never meant.
  const possible = provider === 'circleci' ? urls.filter((url) => url === issuer || !isAt(url, issuer)) : urls;
  if (possible.includes(issuer)) return issuer;
  const [only, ...others] = possible;
  if (only === undefined) return issuer;
  if (others.length === 0) return only;
  throw new DomainError(
    'conflict',
    'trusted-publisher.issuer-ambiguous',
    `npm cannot say which issuer is meant: ${possible.slice(0, 10).join(', ')}. Add the publisher with \`waybill publishers add\`.`,
  );
}

function isAt(url: string, other: string): boolean {
  return new URL(url).host === new URL(other).host;
}
