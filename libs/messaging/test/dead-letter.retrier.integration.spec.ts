import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type BusRole, deadLetterRetrySubject, deadLetterSubject } from '@waybill/contracts';
import { eventually, startTestNats, type TestNats } from '@waybill/testing';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { natsServerUsers, provisionBus } from '../src/index.js';
import {
  connectAs,
  type Note,
  noteOfAuth,
  passwordOf,
  reader,
  roles as testRoles,
  startService,
} from './test-service.js';

const roles: readonly BusRole[] = [
  ...testRoles,
  { service: 'publish', consumes: [], hears: [], edge: false },
  { service: 'search', consumes: [noteOfAuth], hears: [], edge: false },
];
let nats: TestNats;
let operator: NatsConnection;
let publish: NatsConnection;
const running: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  nats = await startTestNats({ users: natsServerUsers(roles, passwordOf) });
  operator = await connectAs(nats.url, 'operator');
  await provisionBus(operator, roles);
  publish = await connectAs(nats.url, 'publish');
});

afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
  await publish.close();
  await operator.close();
  await nats.stop();
});

async function consume(handle: (event: Note) => Promise<void> | void) {
  const service = await startService(nats.url, 'adapter-npm', { providers: [reader(handle)] });
  running.push(service);
  return service;
}

/** Resolves to the number of the letter. */
async function letter(text: string, service = 'adapter-npm'): Promise<number> {
  const envelope = {
    specversion: '1.0',
    id: randomUUID(),
    source: '/waybill/auth',
    type: noteOfAuth.type,
    subject: text,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    aggregateversion: 1,
    data: { text },
  };
  const subject = deadLetterSubject(service, noteOfAuth.type);
  return (await jetstream(operator).publish(subject, JSON.stringify(envelope))).seq;
}

async function retry(sequence: number): Promise<unknown> {
  const answer = await publish.request(deadLetterRetrySubject('adapter-npm'), JSON.stringify({ sequence }), {
    timeout: 10_000,
  });
  return answer.json<{ outcome: string }>().outcome;
}

describe('a dead letter', () => {
  it('is handled again by its service, and by nothing but its permissions (W10)', async () => {
    const texts: string[] = [];
    await consume(({ data }) => void texts.push(data.text));
    const [first, second] = [await letter('one'), await letter('two')];
    expect(await retry(second)).toBe('done');
    expect(await retry(first)).toBe('done');
    expect(texts).toEqual(['two', 'one']);
  });

  it('that fails again says so, and can be tried once more', async () => {
    let isBroken = true;
    await consume(() => {
      if (isBroken) throw new Error('not yet');
    });
    const sequence = await letter('stubborn');
    expect(await retry(sequence)).toBe('failed');
    isBroken = false;
    expect(await retry(sequence)).toBe('done');
  });

  it('of another service, or that there is not, is none (W10)', async () => {
    const texts: string[] = [];
    await consume(({ data }) => void texts.push(data.text));
    const [foreign, own] = [await letter('foreign', 'search'), await letter('own')];
    expect(await retry(foreign)).toBe('absent');
    expect(await retry(own + 100)).toBe('absent');
    await publish.request(deadLetterRetrySubject('adapter-npm'), 'no request').then((answer) => {
      expect(answer.json()).toEqual({ outcome: 'absent' });
    });
    expect(texts).toEqual([]);
  });

  it('waits while another one is in work', async () => {
    const gate = Promise.withResolvers<true>();
    const texts: string[] = [];
    await consume(async ({ data }) => {
      texts.push(data.text);
      await gate.promise;
    });
    const [first, second] = [await letter('slow'), await letter('waits')];
    const slow = retry(first);
    await eventually(() => expect(texts).toEqual(['slow']));
    expect(await retry(second)).toBe('busy');
    gate.resolve(true);
    expect(await slow).toBe('done');
    expect(await retry(second)).toBe('done');
  });
});

describe('the bus (W10)', () => {
  it('gives a service no dead letters of others, and lets nobody but publish ask for one to be handled', async () => {
    const adapter = await connectAs(nats.url, 'adapter-npm');
    const manager = await jetstreamManager(adapter, { checkAPI: false });
    const consumer = (filter: string) => ({
      name: 'retry-adapter-npm',
      filter_subject: filter,
      ack_policy: AckPolicy.None,
    });
    for (const filter of ['dead-letter.search.>', 'dead-letter.>']) {
      await expect(manager.consumers.add('DEAD_LETTERS', consumer(filter))).rejects.toThrow(/permission/i);
    }
    await expect(manager.streams.getMessage('DEAD_LETTERS', { seq: 1 })).rejects.toThrow(/permission/i);
    await expect(adapter.request(deadLetterRetrySubject('search'), '{}', { timeout: 2000 })).rejects.toThrow(
      /permission/i,
    );
    await adapter.close();
  });
});
