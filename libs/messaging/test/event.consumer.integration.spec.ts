import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { Injectable } from '@nestjs/common';
import { eventSubject, type EventType } from '@waybill/contracts';
import { eventually, startTestNats, type TestNats } from '@waybill/testing';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HearsEvent, maxDeliveries, natsServerUsers, OnEvent, provisionBus } from '../src/index.js';
import {
  connectAs,
  noteOfAuth,
  noteOfScanner,
  type Note,
  passwordOf,
  reader,
  roles,
  startService,
} from './test-service.js';

let nats: TestNats;
let operator: NatsConnection;
const running: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  nats = await startTestNats({ users: natsServerUsers(roles, passwordOf) });
  operator = await connectAs(nats.url, 'operator');
  await provisionBus(operator, roles);
});

afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
  await operator.close();
  await nats.stop();
});

/** The service that consumes, under its own permissions. */
async function consume(handle: (event: Note) => Promise<void> | void, options = {}) {
  const service = await startService(nats.url, 'adapter-npm', { providers: [reader(handle)], options });
  running.push(service);
  return service;
}

async function publish(text: string, type: EventType = noteOfAuth, id = randomUUID()): Promise<void> {
  const envelope = {
    specversion: '1.0',
    id,
    source: `/waybill/${type.owner}`,
    type: type.type,
    subject: text,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    aggregateversion: 1,
    data: { text },
  };
  await jetstream(operator).publish(eventSubject(type), JSON.stringify(envelope), { msgID: id });
}

async function consumerState() {
  return (await jetstreamManager(operator)).consumers.info('EVENTS', 'adapter-npm');
}

async function expectAllAcknowledged(): Promise<void> {
  await eventually(async () => {
    expect(await consumerState()).toMatchObject({ num_ack_pending: 0, num_pending: 0 });
  });
}

async function deadLetters(): Promise<{ subject: string; text: string; deliveries: string }[]> {
  const stream = await jetstream(operator).streams.get('DEAD_LETTERS');
  const { state } = await stream.info();
  const letters = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const letter = await stream.getMessage({ seq });
    if (letter === null) continue;
    letters.push({
      subject: letter.subject,
      text: letter.string(),
      deliveries: letter.header.get('Waybill-Deliveries'),
    });
  }
  return letters;
}

/** As if that many replicas had taken the event and died with it. */
async function deliverAndDie(times: number): Promise<void> {
  const consumer = await jetstream(operator).consumers.get('EVENTS', 'adapter-npm');
  for (let time = 0; time < times; time += 1) (await consumer.next({ expires: 5000 }))?.nak();
}

describe('the consumer of events', () => {
  it('works, acknowledges and writes dead letters with nothing but the permissions of its role (W10)', async () => {
    const texts: string[] = [];
    await consume((event) => void texts.push(event.data.text));
    for (let index = 0; index < 50; index += 1) await publish(`n-${index}`);
    await jetstream(operator).publish(eventSubject(noteOfAuth), 'no event');
    await eventually(() => expect(texts).toHaveLength(50));
    await expectAllAcknowledged();
    expect(await deadLetters()).toMatchObject([
      { subject: 'dead-letter.adapter-npm.auth.note.taken.v1', text: 'no event' },
    ]);
    expect((await consumerState()).num_redelivered).toBe(0);
  });

  it('has no event delivered to it again while handlers are slow, nor while others wait', async () => {
    const manager = await jetstreamManager(operator);
    await manager.consumers.update('EVENTS', 'adapter-npm', { ack_wait: nanos(600) });
    const texts: string[] = [];
    let atOnce = 0;
    let most = 0;
    await consume(
      async (event) => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        // Work that outlasts the time for acknowledgement is what is tested.
        await delay(1500);
        atOnce -= 1;
        texts.push(event.data.text);
      },
      { concurrency: 2 },
    );
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) await publish(text);
    await eventually(() => expect(texts).toHaveLength(6), { timeoutMs: 20_000 });
    await expectAllAcknowledged();
    expect(texts.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(most).toBe(2);
  });

  it('gives an event to every handler of its type, and acknowledges when all are done', async () => {
    let second = 0;
    const first: string[] = [];

    @Injectable()
    class Second {
      @OnEvent(noteOfAuth)
      onNote(): Promise<void> {
        second += 1;
        return second === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve();
      }
    }
    const providers = [reader((event) => void first.push(event.data.text)), Second];
    running.push(await startService(nats.url, 'adapter-npm', { providers }));
    await publish('both');
    await eventually(() => expect(second).toBe(2));
    await expectAllAcknowledged();
    expect(first).toEqual(['both', 'both']);
  });

  it('hears a duplicate of an event once', async () => {
    const texts: string[] = [];
    await consume((event) => void texts.push(event.data.text));
    const id = randomUUID();
    for (let time = 0; time < 3; time += 1) await publish('same', noteOfAuth, id);
    await publish('last');
    await eventually(() => expect(texts).toContain('last'));
    await expectAllAcknowledged();
    expect(texts.toSorted()).toEqual(['last', 'same']);
  });

  it('makes a dead letter of what fails to the last try, and goes on with the others (W10)', async () => {
    await publish('poison');
    await deliverAndDie(maxDeliveries - 1);
    const texts: string[] = [];
    await consume((event) =>
      event.data.text === 'poison' ? Promise.reject(new Error('poison')) : void texts.push(event.data.text),
    );
    await publish('healthy');
    await eventually(() => expect(texts).toEqual(['healthy']));
    await eventually(async () => expect(await deadLetters()).toHaveLength(1));
    await expectAllAcknowledged();
    expect(await deadLetters()).toMatchObject([{ deliveries: String(maxDeliveries) }]);
  });

  it('does not touch again what ends the process each time: that is a dead letter too (W10)', async () => {
    await publish('killer');
    await deliverAndDie(maxDeliveries);
    const texts: string[] = [];
    await consume((event) => void texts.push(event.data.text));
    await eventually(async () => expect(await deadLetters()).toHaveLength(1));
    await expectAllAcknowledged();
    expect(texts).toEqual([]);
  });

  it('does not take for done what it has no handler for (W10)', async () => {
    let heard = 0;

    @Injectable()
    class OnlyAuth {
      @OnEvent(noteOfAuth)
      onNote(): void {
        heard += 1;
      }
    }
    running.push(await startService(nats.url, 'adapter-npm', { providers: [OnlyAuth] }));
    await publish('unknown here', noteOfScanner);
    await publish('known');
    await eventually(() => expect(heard).toBe(1));
    await eventually(async () => expect((await consumerState()).num_redelivered).toBe(1));
    expect((await consumerState()).num_ack_pending).toBe(1);
  });

  it('tries again what takes too long', async () => {
    let tries = 0;
    await consume(() => (++tries === 1 ? new Promise<void>(() => undefined) : undefined), { handlerMilliseconds: 200 });
    await publish('hangs');
    await eventually(() => expect(tries).toBe(2));
    await expectAllAcknowledged();
  });

  it('finishes what it has begun when it stops, and takes nothing new', async () => {
    const begun = Promise.withResolvers<undefined>();
    const finish = Promise.withResolvers<undefined>();
    const texts: string[] = [];
    const service = await consume(
      async (event) => {
        begun.resolve(undefined);
        await finish.promise;
        texts.push(event.data.text);
      },
      { concurrency: 1 },
    );
    await publish('begun');
    await begun.promise;
    await publish('new');
    const stopped = service.stop();
    finish.resolve(undefined);
    await stopped;
    expect(texts).toEqual(['begun']);
    expect(await consumerState()).toMatchObject({ num_ack_pending: 0, num_pending: 1 });
  });

  it('goes on when its consumer is made anew', async () => {
    const texts: string[] = [];
    await consume((event) => void texts.push(event.data.text));
    await publish('before');
    await eventually(() => expect(texts).toEqual(['before']));
    await expectAllAcknowledged();
    await (await jetstreamManager(operator)).consumers.delete('EVENTS', 'adapter-npm');
    await provisionBus(operator, roles);
    await publish('after');
    await eventually(() => expect(texts).toContain('after'), { timeoutMs: 20_000 });
  });
});

describe('live events', () => {
  it('reach every replica', async () => {
    const heard: string[] = [];

    @Injectable()
    class Cache {
      @HearsEvent(noteOfAuth)
      onNote(event: Note): void {
        heard.push(event.data.text);
      }
    }
    for (let replica = 0; replica < 2; replica += 1) {
      const service = await startService(nats.url, 'gateway', { providers: [Cache] });
      await service.connection.flush();
      running.push(service);
    }
    await publish('forget');
    await eventually(() => expect(heard).toEqual(['forget', 'forget']));
  });
});
