import type { OrganizationId, RepositoryId } from '@waybill/domain';

/** What a webhook can ask for: the `type` of the CloudEvent that it gets. */
export const newsTypes = [
  'waybill.release.staged.v1',
  'waybill.release.published.v1',
  'waybill.release.held.v1',
  'waybill.release.rejected.v1',
  'waybill.release.deprecated.v1',
  'waybill.release.withdrawn.v1',
  'waybill.release.restored.v1',
  'waybill.release.yanked.v1',
  'waybill.tag.moved.v1',
  'waybill.tag.removed.v1',
  'waybill.repository.created.v1',
  'waybill.repository.changed.v1',
  'waybill.repository.purged.v1',
  'waybill.package.changed.v1',
  'waybill.package.moved.v1',
  'waybill.package-owners.changed.v1',
  'waybill.organization.changed.v1',
  'waybill.access.changed.v1',
] as const;
export type NewsType = (typeof newsTypes)[number];

/** Sent when somebody asks for it, whatever the webhook has chosen. */
export const pingType = 'waybill.ping.v1';

/** Something that the outside may hear: chosen field by field, since events of the bus say more than webhooks may. */
export interface News {
  /** Of the event on the bus: the same however often it comes. */
  readonly eventId: string;
  readonly type: NewsType;
  readonly subject: string;
  /** When it happened, as in the event. */
  readonly time: string;
  /** Whose business it is: only webhooks of this organization hear of it (security.md A7). */
  readonly organizationId: OrganizationId;
  /** Null for what is about the organization itself. */
  readonly repositoryId: RepositoryId | null;
  readonly data: Readonly<Record<string, unknown>>;
}
