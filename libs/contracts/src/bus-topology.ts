import * as accountRequests from './account.requests.js';
import * as auditEvents from './audit.events.js';
import * as authEvents from './auth.events.js';
import * as authRequests from './auth.requests.js';
import { deadLetterConsumer, deadLetterRetrySubject, deadLetterStream, deadLetterSubject } from './dead-letters.js';
import {
  cachePurgeSubject,
  credentialsChangedSubject,
  edgeStartedSubject,
  edgeStoppedSubject,
  gatewayAliveSubject,
  packageVisibilitySubject,
  repositoryVisibilitySubject,
} from './edge.broadcasts.js';
import type { EventType } from './event-envelope.js';
import * as gatewayEvents from './gateway.events.js';
import * as notificationsRequests from './notifications.requests.js';
import * as publishEvents from './publish.events.js';
import * as publishRequests from './publish.requests.js';
import type { RequestType } from './request-type.js';
import { everyAdapter } from './request-type.js';
import * as scannerEvents from './scanner.events.js';
import * as searchRequests from './search.requests.js';

/** The one stream that carries every event; a service reads it through one durable consumer of its own name. */
export const eventStream = 'EVENTS';
export const eventSubjects = 'event.>';

export const allEvents: readonly EventType[] = [
  authEvents,
  publishEvents,
  scannerEvents,
  gatewayEvents,
  auditEvents,
].flatMap((module) => Object.values(module).filter(isEventType));

export const allRequests: readonly RequestType[] = [
  authRequests,
  accountRequests,
  publishRequests,
  searchRequests,
  notificationsRequests,
].flatMap((module) => Object.values(module).filter(isRequestType));

/** What one service does on the bus: the source of NATS permissions, of consumers and of docs/subjects.md. */
export interface BusRole {
  readonly service: string;
  /** Event types that it consumes durably. */
  readonly consumes: readonly EventType[];
  /** Event types that every replica hears live, without a durable consumer (caches that must forget). */
  readonly hears: readonly EventType[];
  /** Whether it answers HTTP requests that the gateway brings on `edge.<service>`. */
  readonly edge: boolean;
}

const changedReleases = [
  publishEvents.releaseDeprecated,
  publishEvents.releaseWithdrawn,
  publishEvents.releaseRestored,
  publishEvents.packageChanged,
  publishEvents.packageMoved,
];
const released = [publishEvents.releasePublished, publishEvents.releaseHeld, publishEvents.releaseRejected];
const repositories = [publishEvents.repositoryCreated, publishEvents.repositoryChanged, publishEvents.repositoryPurged];
const tags = [publishEvents.tagMoved, publishEvents.tagRemoved];

/** `more`: what its ecosystem has besides that of all. Whatever it consumes, it has to have a handler for. */
export function adapterBusRole(service: string, more: readonly EventType[] = []): BusRole {
  const consumes = [
    ...repositories,
    ...released,
    ...changedReleases,
    publishEvents.releaseYanked,
    ...more,
    gatewayEvents.downloadsCounted,
  ];
  return { service, consumes, hears: [], edge: true };
}

export const busRoles: readonly BusRole[] = [
  {
    service: 'gateway',
    consumes: [],
    hears: [
      authEvents.tokenRevoked,
      authEvents.grantsChanged,
      authEvents.organizationChanged,
      publishEvents.repositoryChanged,
      publishEvents.packageChanged,
      publishEvents.packageMoved,
    ],
    edge: false,
  },
  {
    service: 'auth',
    consumes: [
      publishEvents.releasePublished,
      ...repositories,
      publishEvents.packageChanged,
      publishEvents.packageMoved,
      publishEvents.packageRolesInherited,
    ],
    hears: [],
    edge: true,
  },
  {
    service: 'publish',
    consumes: [
      scannerEvents.scanCompleted,
      authEvents.organizationCreated,
      authEvents.organizationChanged,
      gatewayEvents.downloadsCounted,
    ],
    hears: [],
    edge: true,
  },
  { service: 'scanner', consumes: [publishEvents.releaseQuarantined], hears: [], edge: false },
  {
    service: 'search',
    consumes: [
      ...repositories,
      publishEvents.releasePublished,
      ...changedReleases,
      ...tags,
      authEvents.packageOwnersChanged,
      gatewayEvents.downloadsCounted,
    ],
    hears: [],
    edge: false,
  },
  {
    service: 'audit',
    consumes: [...auditEvents.auditRecorded, authEvents.organizationCreated, authEvents.organizationChanged],
    hears: [],
    edge: true,
  },
  {
    service: 'notifications',
    // One by one: what it has no words for would become dead letters.
    consumes: [
      authEvents.organizationCreated,
      authEvents.organizationChanged,
      authEvents.packageOwnersChanged,
      auditEvents.auditRecordedByAuth,
      publishEvents.repositoryCreated,
      publishEvents.repositoryChanged,
      publishEvents.repositoryPurged,
      publishEvents.packageChanged,
      publishEvents.packageMoved,
      publishEvents.releaseStaged,
      publishEvents.releasePublished,
      publishEvents.releaseHeld,
      publishEvents.releaseRejected,
      publishEvents.releaseDeprecated,
      publishEvents.releaseWithdrawn,
      publishEvents.releaseRestored,
      publishEvents.releaseYanked,
      publishEvents.tagMoved,
      publishEvents.tagRemoved,
    ],
    hears: [],
    edge: true,
  },
  adapterBusRole('adapter-npm', [...tags, authEvents.packageOwnersChanged]),
];

export interface BusPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** The subjects that a service may use and no others (security.md W10). `operator` is who provisions and bootstraps. */
export function permissionsOf(role: BusRole): BusPermissions {
  const { service } = role;
  const asked = allRequests.filter((request) => mayCall(request, service)).map((request) => request.subject);
  const durable = role.consumes.length > 0;
  return {
    publish: [
      ...asked,
      `event.${service}.>`,
      `broadcast.${service}.>`,
      ...(durable
        ? [
            `$JS.API.CONSUMER.INFO.${eventStream}.${service}`,
            `$JS.API.CONSUMER.MSG.NEXT.${eventStream}.${service}`,
            `$JS.ACK.${eventStream}.${service}.>`,
            deadLetterSubject(service, '>'),
            ...deadLettersOf(service),
          ]
        : []),
      ...(service === 'gateway' ? ['edge.>', '$SRV.>'] : []),
      ...(service === 'publish' ? deadLettersOfAll : []),
    ],
    subscribe: [
      `_INBOX.${service}.>`,
      ...allRequests.filter((request) => request.owner === service).map((request) => request.subject),
      ...role.hears.map((event) => `event.${event.type}`),
      `broadcast.${service}.>`,
      ...(durable ? [deadLetterRetrySubject(service)] : []),
      ...(role.edge ? [`edge.${service}`, '$SRV.>', gatewayAliveSubject] : []),
      ...(service === 'gateway'
        ? [
            edgeStartedSubject('*'),
            edgeStoppedSubject('*'),
            cachePurgeSubject('*'),
            credentialsChangedSubject,
            packageVisibilitySubject,
            repositoryVisibilitySubject,
          ]
        : []),
    ],
  };
}

/** To read its own dead letters again: the server looks at the filter that stands in the subject. */
function deadLettersOf(service: string): string[] {
  const consumer = `${deadLetterStream}.${deadLetterConsumer(service)}`;
  return [
    `$JS.API.CONSUMER.CREATE.${consumer}.${deadLetterSubject(service, '>')}`,
    ...['INFO', 'MSG.NEXT', 'DELETE'].map((verb) => `$JS.API.CONSUMER.${verb}.${consumer}`),
  ];
}

/** The jobs of the management API: to list the dead letters of all services, have one handled again, and forget it. */
const deadLettersOfAll = [
  `$JS.API.STREAM.MSG.GET.${deadLetterStream}`,
  `$JS.API.STREAM.MSG.DELETE.${deadLetterStream}`,
  deadLetterRetrySubject('*'),
];

export function mayCall(request: RequestType, service: string): boolean {
  return request.callers.some(
    (caller) => caller === service || (caller === everyAdapter && service.startsWith('adapter-')),
  );
}

function isEventType(value: unknown): value is EventType {
  return typeof value === 'object' && value !== null && 'type' in value && 'data' in value && 'owner' in value;
}

function isRequestType(value: unknown): value is RequestType {
  return typeof value === 'object' && value !== null && 'subject' in value && 'reply' in value && 'callers' in value;
}
