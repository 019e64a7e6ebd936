import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningToy, startToy, type ToyAnswer } from './running-toy.js';
import { toySecret } from './toy.module.js';

const path = '/api/v1/toys';
let toy: RunningToy;

beforeAll(async () => {
  toy = await startToy();
});

afterAll(async () => {
  await toy.stop();
});

afterEach(() => {
  toy.gate.beforeCommit = () => Promise.resolve();
  toy.gate.afterCommit = () => Promise.resolve();
});

function create(key: string | undefined, body: object, as = 'ada'): Promise<ToyAnswer> {
  return toy.http('POST', path, { as, body, ...(key === undefined ? {} : { key }) });
}

async function countOf(name: string): Promise<number> {
  const [row] = await toy.query<{ count: number }>('SELECT count(*)::int AS count FROM toys WHERE name = $1', [name]);
  return row?.count ?? 0;
}

/** As after a crash, when the time is over that a claim is good for. */
async function letClaimsPass(): Promise<void> {
  await toy.query(`UPDATE idempotency_keys SET claimed_until = now() - interval '1 second'`);
}

describe('a creation with an Idempotency-Key', () => {
  it('is made once by 50 parallel requests; the others get its answer, or are told that it is under way', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 50 }, () => create(key, { name })));
    expect(await countOf(name)).toBe(1);
    const made = answers.filter(({ status }) => status === 201);
    expect(made.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(new Set(made.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    const others = answers.filter(({ status }) => status !== 201);
    for (const other of others) expect(other.json['code']).toBe('idempotency.in-progress');
  });

  it('is answered the same again, with what the headers said', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    const first = await create(key, { name });
    const again = await create(key, { name });
    expect(again).toMatchObject({ status: 201, json: first.json });
    expect(again.headers).toMatchObject({
      location: first.headers['location'],
      etag: first.headers['etag'],
      'idempotency-replayed': 'true',
    });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
  });

  it('is no other request, and is nobody else’s', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    await create(key, { name });
    expect(await create(key, { name: `${name}x` })).toMatchObject({
      status: 409,
      json: { code: 'idempotency.key-reused' },
    });
    const other = await create(key, { name }, 'bob');
    expect(other.status).toBe(201);
    expect(other.headers).not.toHaveProperty('idempotency-replayed');
    expect(await countOf(name)).toBe(2);
  });

  it('without somebody who asks belongs to that very request (A6)', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    const sent = { key, body: { name } };
    expect((await toy.http('POST', path, sent)).status).toBe(201);
    expect((await toy.http('POST', path, sent)).headers['idempotency-replayed']).toBe('true');
    expect((await toy.http('POST', path, { key, body: { name: `${name}x` } })).status).toBe(201);
  });

  it('that was refused is not kept: the next one is looked at anew', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    const refused = { name, then: 'refuse' };
    expect((await create(key, refused)).json['code']).toBe('toy.taken');
    expect((await create(key, refused)).json['code']).toBe('toy.taken');
    expect((await create(key, { name })).status).toBe(201);
  });

  it('keeps neither the key nor a secret of the request or the answer at rest (W6)', async () => {
    const [key, name] = [randomUUID(), `canary-${randomUUID()}`];
    await create(key, { name });
    const rows = await toy.query<{ row: string }>('SELECT k::text AS row FROM idempotency_keys k');
    const stored = rows.map(({ row }) => row).join();
    for (const secret of [key, name, toySecret]) {
      expect(stored).not.toContain(secret);
      expect(stored).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it('whose answer holds a secret wants a key that cannot be guessed', async () => {
    expect(await toy.http('POST', `${path}/secrets`, { as: 'ada', key: 'short' })).toMatchObject({
      status: 400,
      json: { code: 'idempotency.key-malformed', errors: [{ field: 'header.idempotency-key' }] },
    });
    expect((await toy.http('POST', `${path}/secrets`, { as: 'ada', key: randomUUID() })).status).toBe(201);
  });

  it.each(['', 'a b', 'x'.repeat(256), 'ü'])('is not made with the key %j', async (key) => {
    const answer = await create(key, { name: 'never' });
    expect(answer).toMatchObject({ status: 400, json: { code: 'idempotency.key-malformed' } });
    expect(await countOf('never')).toBe(0);
  });

  it('is made anew after a day', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    await create(key, { name });
    await toy.query(`UPDATE idempotency_keys SET expires_at = now() - interval '1 second'`);
    await create(key, { name });
    expect(await countOf(name)).toBe(2);
  });
});

describe('a crash', () => {
  it('before anything was changed gives the key back after a bounded time', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    let crash: (error: Error) => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      toy.gate.beforeCommit = () =>
        new Promise((_resolve, reject) => {
          crash = reject;
          resolve();
        });
    });
    const crashed = create(key, { name });
    await reached;
    toy.gate.beforeCommit = () => Promise.resolve();
    expect((await create(key, { name })).json['code']).toBe('idempotency.in-progress');
    await letClaimsPass();
    expect((await create(key, { name })).status).toBe(201);
    crash(new Error('gone'));
    await crashed;
    expect((await create(key, { name })).headers['idempotency-replayed']).toBe('true');
    expect(await countOf(name)).toBe(1);
  });

  it('that turns out to be none does not make it twice: who was taken over from changes nothing', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    let goOn: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      toy.gate.beforeCommit = () =>
        new Promise((go) => {
          goOn = go;
          resolve();
        });
    });
    const slow = create(key, { name });
    await reached;
    toy.gate.beforeCommit = () => Promise.resolve();
    await letClaimsPass();
    expect((await create(key, { name })).status).toBe(201);
    goOn();
    expect((await slow).json['code']).toBe('idempotency.in-progress');
    expect(await countOf(name)).toBe(1);
  });

  it('after the change and before the answer is told as such, and does not make it twice', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    expect((await create(key, { name, then: 'fail' })).status).toBe(500);
    expect((await create(key, { name, then: 'fail' })).json['code']).toBe('idempotency.in-progress');
    await letClaimsPass();
    expect((await create(key, { name, then: 'fail' })).json['code']).toBe('idempotency.answer-lost');
    expect(await countOf(name)).toBe(1);
  });
});

describe('the table of the keys', () => {
  it('is what its entity says', async () => {
    expect(await toy.drift()).toEqual([]);
  });
});
