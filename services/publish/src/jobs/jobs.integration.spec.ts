import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { deadLetterSubject, organizationCreated, type RepositoryFacts } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelopeOf } from '../../test/event-from.js';
import { memberOf, person } from '../../test/principals.js';
import { type PublishEnvironment, publishEnvironment } from '../../test/publish-environment.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';
import { CollectorTurnRepository } from '../collector/collector-turn.repository.js';

const path = '/api/v1/jobs';
const admin = person([], { installationAdmin: true });
let environment: PublishEnvironment;
let publish: RunningPublish;
let repository: RepositoryFacts;

beforeAll(async () => {
  environment = await publishEnvironment();
  publish = await startPublish(environment);
  repository = await publish.repository();
});

afterAll(async () => {
  await publish.stop();
  await environment.dispose();
});

/** A dead letter of `publish` about an organization that it can be handled for; resolves to the id of its job. */
async function letter(data: object, service = 'publish'): Promise<string> {
  const envelope = envelopeOf(organizationCreated, randomUUID(), data);
  const subject = deadLetterSubject(service, organizationCreated.type);
  const { seq } = await jetstream(environment.operator).publish(subject, JSON.stringify(envelope));
  return `dead-letter:${String(seq)}`;
}

const organization = () => ({ organizationId: randomUUID(), name: `o-${randomUUID().slice(0, 8)}`, createdBy: 'x' });
const retry = (jobId: string, as: Principal = admin) => publish.http('POST', `${path}/${jobId}/retry`, { as });
const list = (query = '') => publish.http('GET', `${path}${query}`, { as: admin });

async function all(kind: string, limit: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  let next: string | undefined = `${path}?limit=${String(limit)}&kind=${kind}`;
  while (next !== undefined) {
    const page = await publish.http('GET', next, { as: admin });
    seen.push(...page.items.map(({ jobId }) => jobId));
    next = /^<([^>]+)>; rel="next"$/.exec(page.link ?? '')?.[1];
  }
  return seen;
}

describe('dead letters of all services', () => {
  it('are listed with what they are about, and handled again by their service', async () => {
    const facts = organization();
    const jobId = await letter(facts);
    const { items } = await list('?kind=dead-letter');
    expect(items.find((item) => item['jobId'] === jobId)).toEqual({
      jobId,
      kind: 'dead-letter',
      state: 'dead',
      since: expect.any(String) as string,
      service: 'publish',
      purl: null,
      repository: null,
      event: {
        type: organizationCreated.type,
        id: expect.any(String) as string,
        subject: expect.any(String) as string,
      },
      error: null,
    });
    expect(await publish.query('SELECT 1 FROM organizations WHERE name = $1', [facts.name])).toEqual([]);
    expect((await retry(jobId)).status).toBe(202);
    expect(await publish.query('SELECT 1 FROM organizations WHERE name = $1', [facts.name])).toHaveLength(1);
    expect(await all('dead-letter', 100)).not.toContain(jobId);
    expect((await retry(jobId)).json['code']).toBe('job.not-found');
    expect(await publish.audit(`job:${jobId}`)).toEqual([[expect.any(String), 'job.retry']]);
  });

  it('stay where they fail again, or their service is away', async () => {
    const broken = await letter({ organizationId: 'none' });
    expect(await retry(broken)).toMatchObject({ status: 409, json: { code: 'job.failed-again' } });
    const elsewhere = await letter(organization(), 'search');
    expect(await retry(elsewhere)).toMatchObject({ status: 503, json: { code: 'service.unavailable' } });
    expect(await all('dead-letter', 100)).toEqual(expect.arrayContaining([broken, elsewhere]));
  });

  it('come in pages, oldest first, without one twice or none', async () => {
    for (let count = 0; count < 5; count += 1) await letter(organization(), 'search');
    const whole = await all('dead-letter', 100);
    expect(await all('dead-letter', 2)).toEqual(whole);
    expect(new Set(whole).size).toBe(whole.length);
  });
});

describe('runs of the clock', () => {
  it('are listed with how they ended, and begin anew when somebody asks', async () => {
    const run = async () => (await list('?kind=run')).items.find(({ jobId }) => jobId === 'run:collector');
    await eventually(async () => expect(await run()).toMatchObject({ state: 'done', service: 'publish' }));
    const turns = publish.app.get(CollectorTurnRepository, { strict: false });
    await expect(turns.take(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
    expect(await run()).toMatchObject({ state: 'failed', error: 'internal' });
    expect((await retry('run:collector')).status).toBe(202);
    await eventually(async () => expect(await run()).toMatchObject({ state: 'done', error: null }));
    expect((await retry('run:nothing')).status).toBe(404);
  });
});

describe('all jobs', () => {
  it('come one kind after the other', async () => {
    await letter(organization(), 'search');
    await publish.submit({ repository });
    const { items } = await list();
    const kinds = items.map(({ kind }) => String(kind));
    expect(new Set(kinds)).toEqual(new Set(['dead-letter', 'run', 'scan']));
    expect(kinds).toEqual(kinds.toSorted());
    const seen: unknown[] = [];
    let next: string | undefined = `${path}?limit=1`;
    while (next !== undefined) {
      const page = await publish.http('GET', next, { as: admin });
      seen.push(...page.items.map(({ jobId }) => jobId));
      next = /^<([^>]+)>; rel="next"$/.exec(page.link ?? '')?.[1];
    }
    expect(seen).toEqual(items.map(({ jobId }) => jobId));
  });

  it('are those of who runs the installation (A2)', async () => {
    const jobId = await letter(organization(), 'search');
    for (const as of [memberOf(publish.organizationId, 'owner'), person()]) {
      expect((await publish.http('GET', path, { as })).status).toBe(403);
      expect((await retry(jobId, as)).status).toBe(403);
    }
    expect((await publish.http('GET', path)).status).toBe(401);
  });

  it.each(['dead-letter:0', 'dead-letter:999999', 'dead-letter:x', 'scan:x', 'run:', 'x', 'dead-letter:1e3'])(
    'that there are not are not found: %s',
    async (jobId) => {
      expect((await retry(jobId)).json['code']).toBe('job.not-found');
    },
  );

  it.each(['?kind=x', '?cursor=x', `?cursor=${Buffer.from('["run","a\\u0000"]').toString('base64url')}`])(
    'are asked for as documented: %s',
    async (query) => {
      expect((await list(query)).status).toBe(400);
    },
  );
});
