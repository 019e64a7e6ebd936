import type { AuditEventFacts, DataOf, EventEnvelope, organizationChanged } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import type { News } from './news.js';

export function newsOfOrganization({ data, ...event }: EventEnvelope<DataOf<typeof organizationChanged>>): News {
  const { id: eventId, subject, time } = event;
  const { organizationId, name, deleted } = data;
  const told = { organizationId, name, deleted };
  const type = 'waybill.organization.changed.v1';
  return { eventId, type, subject, time, organizationId, repositoryId: null, data: told };
}

/** Whose changes say who may do what in an organization. */
const nounsOfAccess = new Set([
  'grant',
  'group-mapping',
  'invitation',
  'membership',
  'service-account',
  'team',
  'team-member',
  'token',
  'token-policy',
]);

/**
 * Members, teams, grants and tokens of an organization, as far as its own audit has them: that it happened, to what and by
 * whom, without details and addresses. Undefined for what is no change of access, was refused, or is no organization's.
 */
export function newsOfAccess({ data, ...event }: EventEnvelope<AuditEventFacts>): News | undefined {
  const { action, subject, actor, at, outcome } = data;
  const [noun = ''] = action.split('.');
  if (data.organizationId === null || outcome !== 'success' || !nounsOfAccess.has(noun)) return undefined;
  const organizationId = data.organizationId as OrganizationId;
  const told = { organizationId, action, target: subject, actor, at };
  const type = 'waybill.access.changed.v1';
  return { eventId: event.id, type, subject, time: event.time, organizationId, repositoryId: null, data: told };
}
