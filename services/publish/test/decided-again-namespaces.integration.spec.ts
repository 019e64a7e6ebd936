import { randomUUID } from 'node:crypto';
import type { OrganizationId } from '@waybill/domain';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FORGE_LOOKUP, type ForgeLookup } from '../src/namespaces/forge-lookup.js';
import { TXT_LOOKUP, type TxtLookup } from '../src/namespaces/txt-lookup.js';
import { changedDuring } from './changed-during.js';
import type { PublishEnvironment } from './publish-environment.js';
import { publishEnvironment } from './publish-environment.js';
import type { Answer } from './running-publish.js';
import { type RunningPublish, startPublish } from './running-publish.js';

let environment: PublishEnvironment;
let publish: RunningPublish;
let name: string;
let namespaceId: string;
let challenge: string;
const other = randomUUID() as OrganizationId;
const change = `organization_id = '${other}'`;

beforeAll(async () => {
  const made = await publishEnvironment();
  environment = {
    ...made,
    variables: { ...made.variables, WAYBILL_FORGES: 'github.com=github@https://forge.example' },
  };
  publish = await startPublish(environment);
  await publish.organization('acme');
});

beforeEach(async () => {
  name = `n${randomUUID().slice(0, 8)}`;
  const body = { ecosystem: 'maven', kind: 'prefix', pattern: `com.${name}`, organization: 'acme' };
  const claimed = await publish.http('POST', '/api/v1/namespaces', { as: publish.owner, body });
  namespaceId = String(claimed.json['namespaceId']);
  challenge = String((await rows())[0]?.['challenge']);
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  await publish.stop();
  await environment.dispose();
});

function rows(): Promise<Record<string, unknown>[]> {
  return publish.query('SELECT * FROM namespaces WHERE namespace_id = $1', [namespaceId]);
}

async function everything(): Promise<unknown> {
  const [row] = await rows();
  const told = await publish.query('SELECT type FROM outbox WHERE aggregate = $1 ORDER BY position', [namespaceId]);
  const done = await publish.audit(`namespace:${namespaceId}`);
  return { row: { ...row, organization_id: undefined, last_checked_at: undefined }, told, done };
}

function send(method: string, rest = '', body?: object): Promise<Answer> {
  const target = `/api/v1/namespaces/${namespaceId}${rest}`;
  return publish.http(method, target, { as: publish.owner, ...(body === undefined ? {} : { body }) });
}

const release = () => send('DELETE');
const proveDomain = () => send('POST', '/verify', {});
const proveOwner = () => send('POST', '/verify', { forge: `github.com/${name}` });

describe('what was decided before a claim became another organization’s', () => {
  it.each([
    { what: 'its release', write: release },
    { what: 'a look at its domain', write: proveDomain },
    { what: 'a look at its owner at a forge', write: proveOwner },
  ])('is decided again for $what: nothing happens, and no chain tells of it (A1, A6, T11, W9)', async ({ write }) => {
    const before = await everything();
    const answer = await changedDuring(publish, { table: 'namespaces', id: namespaceId, change }, write);
    expect(answer.status).toBe(404);
    expect(await everything()).toEqual(before);
  });

  it.each([
    { what: 'its domain', write: proveDomain },
    { what: 'its owner at a forge', write: proveOwner },
  ])('is decided again when $what was looked up (A1, T11)', async ({ write }) => {
    const transfer = () => publish.query(`UPDATE namespaces SET ${change} WHERE namespace_id = $1`, [namespaceId]);
    vi.spyOn(publish.app.get<TxtLookup>(TXT_LOOKUP, { strict: false }), 'texts').mockImplementation(async () => {
      await transfer();
      return [challenge];
    });
    const forges = publish.app.get<ForgeLookup>(FORGE_LOOKUP, { strict: false });
    vi.spyOn(forges, 'find').mockImplementation(async (_forge, owner, wanted) => {
      await transfer();
      return { owner, name: wanted, ownerId: '7' };
    });
    const before = await everything();
    expect((await write()).status).toBe(404);
    const [row] = await rows();
    expect(row).toMatchObject({ state: 'pending', domain_proven_at: null, forge_proven_at: null });
    expect(await everything()).toMatchObject({ told: (before as { told: unknown }).told });
    expect(await publish.audit(`namespace:${namespaceId}`)).toHaveLength(1);
  });
});
