import { randomUUID } from 'node:crypto';
import { namespaceChanged, submitRelease } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DnsServer } from '../../test/dns-server.js';
import { memberOf, person } from '../../test/principals.js';
import { type PublishEnvironment, publishEnvironment } from '../../test/publish-environment.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

const path = '/api/v1/namespaces';
const installationAdmin = person([], { installationAdmin: true });
let dns: DnsServer;
let environment: PublishEnvironment;
let publish: RunningPublish;
let count = 0;

interface Organization {
  readonly name: string;
  readonly organizationId: OrganizationId;
  readonly owner: Principal;
}

let acme: Organization;
let other: Organization;

beforeAll(async () => {
  dns = await DnsServer.start();
  const made = await publishEnvironment();
  environment = { ...made, variables: { ...made.variables, WAYBILL_DNS_SERVERS: dns.address } };
  publish = await startPublish(environment);
});

afterAll(async () => {
  await publish.stop();
  await environment.dispose();
  await dns.stop();
});

beforeEach(async () => {
  [acme, other] = [await organization(), await organization()];
});

async function organization(): Promise<Organization> {
  count += 1;
  const organizationId = randomUUID() as OrganizationId;
  const name = `org-${String(count)}`;
  await publish.organization(name, organizationId);
  return { name, organizationId, owner: memberOf(organizationId, 'owner') };
}

function claim({ name, owner }: Organization, pattern: string, more: object = {}) {
  const body = { organization: name, ecosystem: 'npm', kind: 'scope', pattern, ...more };
  return publish.http('POST', path, { as: owner, body });
}

const groupId = { ecosystem: 'maven', kind: 'prefix' };

function post(namespaceId: unknown, verb: string, as: Principal, body: object = {}) {
  return publish.http('POST', `${path}/${String(namespaceId)}/${verb}`, { as, body });
}

async function verified(of: Organization, pattern: string, more: object = {}): Promise<unknown> {
  const { namespaceId } = (await claim(of, pattern, more)).json;
  expect((await post(namespaceId, 'approve', installationAdmin)).status).toBe(200);
  return namespaceId;
}

async function audited(namespaceId: unknown): Promise<unknown[]> {
  return ((await publish.audit(`namespace:${String(namespaceId)}`)) as [string, string][]).map(([, action]) => action);
}

function scope(): string {
  return `@s${randomUUID().slice(0, 8)}`;
}

describe('a claim on names', () => {
  it('is in no list of others, and neither is its place in the cursor of an empty page (A5, A6)', async () => {
    for (let index = 0; index < 2; index += 1) await claim(acme, scope());
    for (const as of [other.owner, person(), undefined]) {
      const answer = await publish.http('GET', `${path}?org=${acme.name}&limit=1`, as === undefined ? {} : { as });
      expect(answer).toMatchObject({ status: 200, json: { items: [], next: null } });
    }
    const own = await publish.http('GET', `${path}?org=${acme.name}&limit=1`, { as: acme.owner });
    expect(own.items).toHaveLength(1);
    expect(own.json['next']).not.toBeNull();
  });

  it('is made by an admin of the organization, and shown to its members alone (A3, A6)', async () => {
    const pattern = scope();
    const claimed = await claim(acme, pattern.toUpperCase());
    expect(claimed).toMatchObject({ status: 201, json: { pattern, state: 'pending', domain: null, verifiedAt: null } });
    const { namespaceId } = claimed.json;
    expect(await claim(acme, pattern)).toMatchObject({ status: 409, json: { code: 'namespace.claimed' } });
    const member = memberOf(acme.organizationId);
    expect((await claim({ ...acme, owner: member }, scope())).status).toBe(403);
    expect((await claim({ ...acme, owner: other.owner }, scope())).status).toBe(404);
    const listed = await publish.http('GET', `${path}?org=${acme.name}`, { as: member });
    expect(listed.items.map((item) => item['namespaceId'])).toEqual([namespaceId]);
    for (const as of [other.owner, person()]) {
      expect((await publish.http('GET', `${path}?org=${acme.name}`, { as })).items).toEqual([]);
      expect((await publish.http('GET', `${path}/${String(namespaceId)}`, { as })).status).toBe(404);
      for (const verb of ['verify', 'transfer']) {
        expect((await post(namespaceId, verb, as, verb === 'transfer' ? { to: 'x' } : {})).status).toBe(404);
      }
      expect((await publish.http('DELETE', `${path}/${String(namespaceId)}`, { as })).status).toBe(404);
    }
    expect(await claim(acme, 'no scope')).toMatchObject({
      status: 400,
      json: { code: 'namespace.pattern', errors: [{ field: 'body.pattern' }] },
    });
    expect(await claim(acme, 'com', groupId)).toMatchObject({ status: 400 });
  });

  it('is verified by an admin of the installation, and by nobody else (A2)', async () => {
    const { namespaceId } = (await claim(acme, scope())).json;
    for (const as of [acme.owner, other.owner]) expect((await post(namespaceId, 'approve', as)).status).toBe(403);
    expect((await post(randomUUID(), 'approve', installationAdmin)).status).toBe(404);
    expect((await post('nonsense', 'approve', installationAdmin)).status).toBe(404);
    expect(await post(namespaceId, 'approve', installationAdmin)).toMatchObject({ json: { state: 'verified' } });
    expect((await post(namespaceId, 'approve', installationAdmin)).status).toBe(200);
    expect(await audited(namespaceId)).toEqual(['namespace.claim', 'namespace.verify']);
    const events = await publish.replay({ types: [namespaceChanged.type] });
    const states = events.flatMap(({ subject, data }) =>
      subject === namespaceId ? [(data as { state: string }).state] : [],
    );
    expect(states).toEqual(['pending', 'verified']);
  });

  it('is refused where another organization holds the names or some of them, and not told which one (A6)', async () => {
    const [wide, narrow] = [`com.x${randomUUID().slice(0, 8)}`, `org.x${randomUUID().slice(0, 8)}.tools`];
    await verified(acme, wide, groupId);
    await verified(acme, narrow, groupId);
    for (const pattern of [wide, `${wide}.tools`, narrow, narrow.replace('.tools', '')]) {
      const refused = await claim(other, pattern, groupId);
      expect(refused).toMatchObject({ status: 409, json: { code: 'namespace.taken' } });
      expect(JSON.stringify(refused.json)).not.toContain(acme.name);
    }
    expect((await claim(other, `${wide}like`, groupId)).status).toBe(201);
    expect((await claim(acme, `${wide}.more`, groupId)).status).toBe(201);
  });

  it('that waits holds nobody off, and of several that wait one is verified', async () => {
    const pattern = scope();
    const claims = [(await claim(acme, pattern)).json, (await claim(other, pattern)).json];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(claims[index % 2]?.['namespaceId'], 'approve', installationAdmin)),
    );
    const verifiedOnes = new Set(answers.filter(({ status }) => status === 200).map(({ json }) => json['namespaceId']));
    expect(verifiedOnes.size).toBe(1);
    expect(answers.filter(({ json }) => json['code'] === 'namespace.taken')).toHaveLength(10);
  });
});

describe('a verified claim', () => {
  it('lets nobody else create packages under it; those that exist go on, and it costs them no question', async () => {
    const pattern = scope();
    const [mine, theirs] = [
      await publish.repository('public', acme.organizationId),
      await publish.repository('public', other.organizationId),
    ];
    const by = memberOf(other.organizationId);
    await publish.published({ repository: theirs, name: `${pattern}/before`, by });
    await verified(acme, pattern);
    await expect(publish.submit({ repository: theirs, name: `${pattern}/new`, by })).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'namespace.reserved',
      message: expect.stringContaining(`${pattern}/new`) as string,
    });
    await expect(publish.submit({ repository: theirs, name: `${pattern}/new`, by })).rejects.not.toThrow(acme.name);
    await publish.submit({ repository: mine, name: `${pattern}/new`, by: acme.owner });
    await publish.submit({ repository: theirs, name: `${pattern}-like/new`, by });
    const again = await publish.submission({ repository: theirs, name: `${pattern}/before`, version: '2.0.0', by });
    const statements = await publish.statementsOf(() => publish.ask(submitRelease, again));
    // What is there, what it is compared with, and the one that writes.
    expect(statements).toHaveLength(3);
  });

  it('inside of another one decides where it is narrower', async () => {
    const wide = `com.x${randomUUID().slice(0, 8)}`;
    await verified(acme, wide, groupId);
    const namespaceId = await verified(acme, `${wide}.tools`, groupId);
    const both = person(
      [acme, other].map(({ organizationId }) => ({ kind: 'organization', organizationId, role: 'owner' })),
    );
    expect(await post(namespaceId, 'transfer', both, { to: other.name })).toMatchObject({
      status: 201,
      json: { state: 'accepted', kind: 'namespace' },
    });
    const [row] = await publish.query(`SELECT organization_id FROM namespaces WHERE namespace_id = $1`, [namespaceId]);
    expect(row?.['organization_id']).toBe(other.organizationId);
    expect(await audited(namespaceId)).toEqual([
      'namespace.claim',
      'namespace.verify',
      'namespace.transfer',
      'namespace.receive',
    ]);
  });

  it('is given back, and its names are everybody’s again', async () => {
    const pattern = scope();
    const namespaceId = await verified(acme, pattern);
    const repository = await publish.repository('public', other.organizationId);
    const by = memberOf(other.organizationId);
    const release = (headers: Record<string, string> = {}) =>
      publish.http('DELETE', `${path}/${String(namespaceId)}`, { as: acme.owner, headers });
    expect((await release({ 'if-match': '"1"' })).status).toBe(412);
    expect((await release()).status).toBe(204);
    expect((await release()).status).toBe(404);
    await publish.submit({ repository, name: `${pattern}/new`, by });
    expect((await claim(other, pattern)).status).toBe(201);
    expect(await audited(namespaceId)).toEqual(['namespace.claim', 'namespace.verify', 'namespace.release']);
  });

  it('is offered to others as a repository is', async () => {
    const namespaceId = await verified(acme, scope());
    const { transferId } = (await post(namespaceId, 'transfer', acme.owner, { to: other.name })).json;
    const accept = () => publish.http('POST', `/api/v1/transfers/${String(transferId)}/accept`, { as: other.owner });
    const answers = await Promise.all(Array.from({ length: 10 }, accept));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const mine = await publish.http('GET', `${path}/${String(namespaceId)}`, { as: other.owner });
    expect(mine).toMatchObject({ status: 200, json: { organizationId: other.organizationId, state: 'verified' } });
  });
});

describe('a domain', () => {
  it('that begins a groupId verifies it by a TXT record with the challenge of this very claim', async () => {
    const label = `x${randomUUID().slice(0, 8)}`;
    const mine = (await claim(acme, `com.${label}`, groupId)).json;
    const theirs = (await claim(other, `com.${label}`, groupId)).json;
    const record = `_waybill-challenge.${label}.com`;
    const text = (json: Record<string, unknown>) => (json['challenge'] as { text: string }).text;
    dns.records.set(record, ['v=spf1 -all', text(theirs).slice(0, -1)]);
    expect(await post(mine['namespaceId'], 'verify', acme.owner)).toMatchObject({
      status: 409,
      json: { code: 'namespace.not-proven' },
    });
    expect(dns.asked).toContain(record);
    expect(await post(mine['namespaceId'], 'verify', acme.owner)).toMatchObject({
      status: 429,
      json: { code: 'namespace.checked-lately' },
    });
    await forgetLook();
    dns.records.set(record, ['v=spf1 -all', text(theirs)]);
    expect((await post(mine['namespaceId'], 'verify', acme.owner)).status).toBe(409);
    await forgetLook();
    dns.records.set(record, [text(mine)]);
    expect(await post(mine['namespaceId'], 'verify', acme.owner)).toMatchObject({
      status: 200,
      json: { state: 'verified', domain: `${label}.com`, challenge: { name: record } },
    });
    dns.records.set(record, [text(theirs)]);
    expect(await post(theirs['namespaceId'], 'verify', other.owner)).toMatchObject({
      status: 409,
      json: { code: 'namespace.taken' },
    });
    expect(await audited(mine['namespaceId'])).toEqual(['namespace.claim', 'namespace.verify']);
  });

  it('that is shown for other names verifies nothing by itself', async () => {
    const label = `x${randomUUID().slice(0, 8)}`;
    const claimed = (await claim(acme, `@${label}`, { domain: `${label}.example` })).json;
    dns.records.set(`_waybill-challenge.${label}.example`, [(claimed['challenge'] as { text: string }).text]);
    const proven = await post(claimed['namespaceId'], 'verify', acme.owner);
    expect(proven).toMatchObject({
      status: 200,
      json: { state: 'pending', domainProvenAt: expect.any(String) as string },
    });
    await forgetLook();
    const narrower = (await claim(acme, `com.${label}.tools`, groupId)).json;
    dns.records.set(`_waybill-challenge.evil-${label}.com`, [(narrower['challenge'] as { text: string }).text]);
    const wrong = await post(narrower['namespaceId'], 'verify', acme.owner, { domain: `evil-${label}.com` });
    expect(wrong).toMatchObject({ status: 200, json: { state: 'pending' } });
    expect((await post(narrower['namespaceId'], 'verify', acme.owner, { domain: '127.0.0.1' })).status).toBe(400);
  });
});

async function forgetLook(): Promise<void> {
  await publish.query('UPDATE namespaces SET last_checked_at = NULL');
}
