import { z } from 'zod';
import { eventType } from './event-envelope.js';
import type { EventType } from './event-envelope.js';

export const auditOutcomes = ['success', 'refused'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** One audited change, refusal, sign-in or decision. Never a secret, a hash or a password. */
export const auditEventFacts = z.object({
  eventId: z.uuid(),
  at: z.iso.datetime(),
  /** `user:<id>`, `token:<id>`, `anonymous`, or the part of the installation that acted. */
  actor: z.string().max(300),
  actorUserId: z.uuid().nullable(),
  action: z.string().max(100),
  subject: z.string().max(1024),
  /** Whose chain it belongs to; null: the installation's. */
  organizationId: z.uuid().nullable(),
  outcome: z.enum(auditOutcomes),
  requestId: z.string().max(200).nullable(),
  clientAddress: z.string().max(200).nullable(),
  details: z.record(z.string(), z.unknown()),
});
export type AuditEventFacts = z.infer<typeof auditEventFacts>;

type AuditRecorded = EventType<typeof auditEventFacts>;

/** Aggregate: the event itself. One type per service that changes anything, since each owns its own subjects. */
export const auditRecordedByAuth = eventType('auth.audit.recorded.v1', auditEventFacts);
export const auditRecordedByPublish = eventType('publish.audit.recorded.v1', auditEventFacts);
export const auditRecordedByNotifications = eventType('notifications.audit.recorded.v1', auditEventFacts);
export const auditRecordedByAdapterNpm = eventType('adapter-npm.audit.recorded.v1', auditEventFacts);
export const auditRecordedByAudit = eventType('audit.audit.recorded.v1', auditEventFacts);

export const auditRecorded: readonly AuditRecorded[] = [
  auditRecordedByAuth,
  auditRecordedByPublish,
  auditRecordedByNotifications,
  auditRecordedByAdapterNpm,
  auditRecordedByAudit,
];

/** The type of one service's audited events. Throws for a service that has none: add it above. */
export function auditRecordedBy(service: string): AuditRecorded {
  const type = auditRecorded.find(({ owner }) => owner === service);
  if (type === undefined) throw new Error(`The service ${service} has no audited events.`);
  return type;
}
