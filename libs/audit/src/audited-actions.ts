import type { Action } from '@waybill/domain';

/** Everything that is audited, by its name there: `noun.verb`. */
export type AuditedAction =
  | 'installation.bootstrap'
  | 'membership.add'
  | 'membership.change'
  | 'membership.remove'
  | 'organization.create'
  | 'package.deprecate'
  | 'package.withdraw'
  | 'package-owners.change'
  | 'release.approve'
  | 'release.decide'
  | 'release.reject'
  | 'release.rescan'
  | 'repository.change-visibility'
  | 'repository.create'
  | 'session.open'
  | 'signing-key.rotate'
  | 'tag.move'
  | 'tag.remove'
  | 'token.create'
  | 'token.revoke'
  | 'user.change-password'
  | 'user.change-profile'
  | 'user.create'
  | 'user.grant-installation-admin'
  | 'user.revoke-installation-admin'
  | 'user.suspend'
  | 'user.unsuspend'
  | 'webhook.change'
  | 'webhook.create'
  | 'webhook.deactivate'
  | 'webhook.delete'
  | 'webhook.ping'
  | 'webhook.redeliver'
  | 'webhook.rotate-secret'
  | RefusedAction;

/** An action of the permission model (libs/domain) that somebody asked for and was refused. */
export type RefusedAction = `access.${Action}`;
