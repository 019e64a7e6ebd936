import { describe, expect, it } from 'vitest';
import { allEvents, allRequests, busRoles, mayCall, permissionsOf } from './bus-topology.js';
import { eventSubject } from './event-envelope.js';

const services = busRoles.map((role) => role.service);

describe('the messages of the bus', () => {
  it('are named owner, noun, verb and version, and each name is there once', () => {
    const names = [...allEvents.map((event) => event.type), ...allRequests.map((request) => request.subject)];
    expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*\.[a-z-]+\.[a-z-]+\.v\d+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('belong to a service that exists', () => {
    const owners = [...allEvents, ...allRequests].map((message) => message.owner);
    expect(owners.filter((owner) => !services.includes(owner))).toEqual([]);
  });

  it('are consumed and heard only where somebody announces them', () => {
    const known = allEvents.map((event) => event.type);
    const wanted = busRoles.flatMap((role) => [...role.consumes, ...role.hears]).map((event) => event.type);
    expect(wanted.filter((type) => !known.includes(type))).toEqual([]);
  });
});

describe('the permissions on the bus (W10)', () => {
  it.each(busRoles)('$service writes its own facts and answers its own requests only', (role) => {
    const { publish, subscribe } = permissionsOf(role);
    const others = services.filter((service) => service !== role.service);
    for (const other of others) {
      expect(publish).not.toContain(`event.${other}.>`);
      expect(subscribe).not.toContain(`edge.${other}`);
      expect(subscribe).not.toContain(`_INBOX.${other}.>`);
    }
    expect([...publish, ...subscribe].filter((subject) => subject === '>' || subject === 'event.>')).toEqual([]);
    const foreign = allRequests.filter((request) => request.owner !== role.service);
    expect(foreign.filter((request) => subscribe.includes(request.subject))).toEqual([]);
    expect(foreign.filter((request) => publish.includes(request.subject) && !mayCall(request, role.service))).toEqual(
      [],
    );
  });

  it('let nobody but the operator begin an installation', () => {
    const operator = allRequests.filter((request) => request.callers.includes('operator'));
    expect(operator.length).toBeGreaterThan(0);
    expect(operator.filter((request) => services.some((service) => mayCall(request, service)))).toEqual([]);
  });

  it('name a live event by the subject that it is sent on', () => {
    for (const role of busRoles) {
      const { subscribe } = permissionsOf(role);
      expect(subscribe).toEqual(expect.arrayContaining(role.hears.map(eventSubject)));
    }
  });
});
