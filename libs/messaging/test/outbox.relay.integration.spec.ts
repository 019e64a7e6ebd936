import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { provisionSchemas, UnitOfWork } from '@waybill/persistence';
import { eventually, testDatabase } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { natsServerUsers, Outbox, provisionBus } from '../src/index.js';
import { OutboxRetention } from '../src/outbox.retention.js';
import { type RestartableNats, restartableNats } from './restartable-nats.js';
import {
  connectAs,
  type Note,
  noteOfAuth,
  noteOfScanner,
  noteWriter,
  passwordOf,
  reader,
  roles,
  startService,
} from './test-service.js';

let nats: RestartableNats;
let database: Awaited<ReturnType<typeof testDatabase>>;
let urls: Map<string, string>;
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  [nats, database] = await Promise.all([restartableNats(natsServerUsers(roles, passwordOf)), testDatabase()]);
  const services = ['auth', 'scanner'].map((service) => ({ service, password: service }));
  urls = new Map((await provisionSchemas(database.adminUrl, services)).map(({ service, url }) => [service, url]));
  const operator = await connectAs(nats.url, 'operator');
  await provisionBus(operator, roles);
  // What a lost connection had on its way comes again after this time, which is half a minute otherwise.
  const manager = await jetstreamManager(operator);
  await manager.consumers.update('EVENTS', 'adapter-npm', { ack_wait: nanos(2000) });
  await operator.close();
});

afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});

afterAll(async () => {
  await nats.dispose();
  await database.drop();
});

async function writer(service: 'auth' | 'scanner', options = {}) {
  const started = await startService(nats.url, service, { databaseUrl: urls.get(service)!, options });
  running.push(started);
  return started;
}

/** The texts that arrive, in the order of their arrival. */
async function arrivals(): Promise<string[]> {
  const texts: string[] = [];
  const providers = [reader((event) => void texts.push(event.data.text))];
  // One hand, so that the order of arrival is the order of the stream.
  running.push(await startService(nats.url, 'adapter-npm', { providers, options: { concurrency: 1 } }));
  return texts;
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

describe('the relay of an outbox', () => {
  it('keeps the order of each of two services that write at the same time', async () => {
    const [texts, auth, scanner] = await Promise.all([arrivals(), writer('auth'), writer('scanner')]);
    const [byAuth, byScanner] = [noteWriter(auth, noteOfAuth, 'a'), noteWriter(scanner, noteOfScanner, 's')];
    await Promise.all([
      (async () => {
        for (const name of names('a', 30)) await byAuth(name);
      })(),
      (async () => {
        for (const name of names('s', 30)) await byScanner(name);
      })(),
    ]);
    await eventually(() => expect(texts).toHaveLength(60));
    expect(texts.filter((text) => text.startsWith('a-'))).toEqual(names('a', 30));
    expect(texts.filter((text) => text.startsWith('s-'))).toEqual(names('s', 30));
  });

  it('sends after the commit, not at the next sweep', async () => {
    const [texts, auth] = await Promise.all([arrivals(), writer('auth')]);
    const write = noteWriter(auth, noteOfAuth);
    const milliseconds: number[] = [];
    for (const name of names('fast', 21)) {
      const started = performance.now();
      await write(name);
      await eventually(() => expect(texts).toContain(name), { everyMs: 1 });
      milliseconds.push(performance.now() - started);
    }
    // A few milliseconds on a machine of its own; the sweep comes every second.
    expect(milliseconds.toSorted((a, b) => a - b)[10]).toBeLessThan(250);
  });

  it('goes on by itself when the bus was away: in order into the stream, each once, and all arrive', async () => {
    const [texts, auth] = await Promise.all([arrivals(), writer('auth')]);
    const write = noteWriter(auth, noteOfAuth, 'away');
    const before = names('before', 40);
    const away = names('away', 40);
    const after = names('after', 40);
    const writing = (async () => {
      for (const name of before) await write(name);
    })();
    await eventually(() => expect(texts.length).toBeGreaterThan(5));
    await nats.stop();
    await writing;
    for (const name of away) await write(name);
    await nats.start();
    for (const name of after) await write(name);
    await eventually(() => expect(new Set(texts).size).toBe(120), { timeoutMs: 45_000 });
    const all = [...before, ...away, ...after];
    expect((await textsInStream()).filter((text) => all.includes(text))).toEqual(all);
    // The one event that was on its way to the consumer when the bus went comes again after its time for acknowledgement,
    // behind the others; consumers go by the version of the aggregate, not by the order of arrival.
    const arrived = [...new Set(texts)];
    const onItsWay = all.find((text, index) => arrived[index] !== text);
    expect(arrived.filter((text) => text !== onItsWay)).toEqual(all.filter((text) => text !== onItsWay));
    await eventually(async () => {
      expect(await auth.get(DataSource).query('SELECT 1 FROM outbox WHERE sent_at IS NULL')).toEqual([]);
    });
    await expectNoDoubles();
  });

  it('sends again what it had sent but not marked when it died, and the stream drops the double', async () => {
    const texts = await arrivals();
    const dying = await writer('auth');
    const dataSource = dying.get(DataSource);
    // The mark fails as if the process ended between sending and marking.
    await dataSource.query(`CREATE FUNCTION auth.die() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the relay died'; END $$`);
    await dataSource.query('CREATE TRIGGER die BEFORE UPDATE ON auth.outbox EXECUTE FUNCTION auth.die()');
    await noteWriter(dying, noteOfAuth)('twice');
    await eventually(() => expect(texts).toContain('twice'));
    await dying.stop();
    const again = await writer('auth');
    await again.get(DataSource).query('DROP FUNCTION auth.die CASCADE');
    await noteWriter(again, noteOfAuth)('then');
    await eventually(() => expect(texts).toContain('then'));
    expect(texts).toEqual(['twice', 'then']);
    await expectNoDoubles();
  });

  it('is one at a time, and no replica’s events wait for the sweep of another', async () => {
    const texts = await arrivals();
    const replicas = await Promise.all([writer('auth'), writer('auth'), writer('auth')]);
    const written = replicas.map(async (replica, index) => {
      const write = noteWriter(replica, noteOfAuth, `replica-${index}`);
      for (const name of names(`replica-${index}`, 20)) await write(name);
    });
    await Promise.all(written);
    const started = performance.now();
    await eventually(() => expect(texts).toHaveLength(60));
    expect(performance.now() - started).toBeLessThan(900);
    for (const index of [0, 1, 2]) {
      expect(texts.filter((text) => text.startsWith(`replica-${index}`))).toEqual(names(`replica-${index}`, 20));
    }
  });

  it('sends the events of many aggregates at once, and those of each in their order, also when it stops in between', async () => {
    const aggregates = names('mixed', 8);
    const all = aggregates.flatMap((aggregate) => names(`${aggregate}:event`, 25));
    const [first, second] = await Promise.all([writer('auth'), writer('auth')]);
    const written = aggregates.map(async (aggregate) => {
      const write = noteWriter(first, noteOfAuth, aggregate);
      for (const name of names(`${aggregate}:event`, 25)) await write(name);
    });
    await eventually(async () => expect(await textsInStream()).toContain('mixed-0:event-5'));
    await second.stop();
    await Promise.all(written);
    await first.stop();
    await writer('auth');
    await eventually(async () => expect(await textsInStream()).toEqual(expect.arrayContaining(all)));
    const sent = (await textsInStream()).filter((text) => all.includes(text));
    for (const aggregate of aggregates) {
      expect(sent.filter((text) => text.startsWith(`${aggregate}:`))).toEqual(names(`${aggregate}:event`, 25));
    }
    await expectNoDoubles();
  });

  it('holds up only the aggregate of an event that cannot be sent', async () => {
    const [texts, auth] = await Promise.all([arrivals(), writer('auth')]);
    const dataSource = auth.get(DataSource);
    // Larger than the bus takes, as no event of ours ever is.
    await dataSource.query(`CREATE FUNCTION auth.swell() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.envelope = (left(NEW.envelope::text, -1) || ',"padding":"' || repeat('x', 1200000) || '"}')::json; RETURN NEW; END $$`);
    await dataSource.query(`CREATE TRIGGER swell BEFORE INSERT ON auth.outbox FOR EACH ROW
      WHEN (NEW.envelope->'data'->>'text' = 'stuck-1') EXECUTE FUNCTION auth.swell()`);
    const write = noteWriter(auth, noteOfAuth, 'stuck');
    for (const name of names('stuck', 4)) await write(name);
    await noteWriter(auth, noteOfAuth)('other');
    await eventually(() => expect(texts).toEqual(expect.arrayContaining(['stuck-0', 'other'])));
    expect(texts).not.toContain('stuck-2');
    await dataSource.query('DROP FUNCTION auth.swell CASCADE');
    await dataSource.query(
      `UPDATE outbox SET envelope = ((envelope::jsonb) - 'padding')::json WHERE envelope->'data'->>'text' = 'stuck-1'`,
    );
    await eventually(() => expect(texts).toContain('stuck-3'));
    expect(texts.filter((text) => text.startsWith('stuck'))).toEqual(names('stuck', 4));
  });

  it('refuses to write down what could never be sent and would hold up the rest', async () => {
    const auth = await writer('auth');
    const append = (type: typeof noteOfAuth, text: string) =>
      auth
        .get(UnitOfWork)
        .run((manager) =>
          auth.get(Outbox).append(manager, type, { aggregate: 'a', aggregateVersion: 1, data: { text } }),
        );
    await expect(append(noteOfScanner, 'foreign')).rejects.toMatchObject({ code: 'outbox.foreign-event' });
    await expect(append(noteOfAuth, 'x'.repeat(600_000))).rejects.toMatchObject({ code: 'outbox.event-too-large' });
  });

  it('forgets what was sent long ago where the service says so, and keeps the log otherwise', async () => {
    const auth = await writer('auth');
    await noteWriter(auth, noteOfAuth)('old');
    const dataSource = auth.get(DataSource);
    const left = () =>
      dataSource.query<{ aggregate: string }[]>(`SELECT aggregate FROM outbox WHERE aggregate = 'old'`);
    await eventually(async () => {
      const done = await dataSource.query<unknown[]>(
        `SELECT 1 FROM outbox WHERE aggregate = 'old' AND sent_at IS NOT NULL`,
      );
      expect(done).toHaveLength(1);
    });
    await dataSource.query(`UPDATE outbox SET sent_at = now() - interval '8 days' WHERE aggregate = 'old'`);
    expect(await auth.get(OutboxRetention).run()).toBe(0);
    expect(await left()).toHaveLength(1);
    await writer('auth', { retainSent: 7 });
    await eventually(async () => expect(await left()).toEqual([]));
  });
});

async function eventsInStream(): Promise<Note[]> {
  const operator = await connectAs(nats.url, 'operator');
  running.push({ stop: () => operator.close() });
  const stream = await jetstream(operator).streams.get('EVENTS');
  const { state } = await stream.info();
  const events: Note[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await stream.getMessage({ seq });
    if (message !== null) events.push(message.json<Note>());
  }
  return events;
}

async function textsInStream(): Promise<string[]> {
  return (await eventsInStream()).map((event) => event.data.text);
}

/** Every event is in the stream once. */
async function expectNoDoubles(): Promise<void> {
  const ids = (await eventsInStream()).map((event) => event.id);
  expect(new Set(ids).size).toBe(ids.length);
}
