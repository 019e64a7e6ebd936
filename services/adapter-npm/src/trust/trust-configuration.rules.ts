import type { ReplyOf } from '@waybill/contracts';
import type { listPackagePublishers } from '@waybill/contracts';
import type { Action } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { NpmTrustPermission } from '@waybill/trusted-publishing';
import { parseRule, toNpmTrust } from '@waybill/trusted-publishing';

export type PackagePublisher = ReplyOf<typeof listPackagePublishers>['publishers'][number];

const actionOf = {
  createPackage: 'publish',
  createStagedPackage: 'stage',
} as const satisfies Record<NpmTrustPermission, Action>;
const allPermissions = ['createPackage', 'createStagedPackage'] as const satisfies readonly NpmTrustPermission[];

/** What `npm trust … --allow-publish --allow-stage-publish` lets a publisher do. */
export function actionsOf(permissions: readonly NpmTrustPermission[]): Action[] {
  return permissions.map((permission) => actionOf[permission]);
}

/** npm sends a list of one. Errors: `invalid` `trusted-publisher.malformed`. */
export function configurationIn(body: unknown): unknown {
  if (Array.isArray(body) && body.length === 1) return body[0];
  throw new DomainError('invalid', 'trusted-publisher.malformed', 'The body is a list of one trusted publisher.');
}

/**
 * A publisher as `npm trust list` prints it. npm has words for three providers and for two permissions: of all others it prints the
 * provider and the id, by which they can be revoked. `issuer` is for other tools; npm prints nothing that it does not know.
 */
export function shownTrust(publisher: PackagePublisher): object {
  const { publisherId: id, provider, issuer, actions } = publisher;
  const permissions = allPermissions.filter((permission) => actions.includes(actionOf[permission]));
  const shown = toNpmTrust(parseRule({ ...publisher.rule, provider, issuer, id }), permissions);
  return { ...(shown ?? { id, type: provider, claims: {}, permissions }), issuer };
}
