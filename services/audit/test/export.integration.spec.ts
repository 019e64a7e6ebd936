import { randomUUID } from 'node:crypto';
import { verifyExport } from '@waybill/audit-chain';
import type { Principal, TokenId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointsClock } from '../src/checkpoints/checkpoints.clock.js';
import { RetentionClock } from '../src/retention/retention.clock.js';
import { type RunningAudit, somebody, startAudit, type TestOrganization } from './running-audit.js';

let audit: RunningAudit;

beforeAll(async () => {
  audit = await startAudit({ replicas: 2, settings: { WAYBILL_AUDIT_CHECKPOINT_EVENTS: '5' } });
});

afterAll(async () => {
  await audit.stop();
});

async function organizationWith(count: number): Promise<TestOrganization> {
  const organization = await audit.organization();
  const { organizationId } = organization;
  for (let index = 1; index <= count; index += 1) await audit.record({ organizationId, subject: `team:${index}` });
  await audit.settled();
  return organization;
}

async function exported({ name, organizationId }: TestOrganization, query = ''): Promise<string> {
  const auditor = somebody({ organizationId, role: 'auditor' });
  const { status, text } = await audit.http(`/api/v1/audit/export?org=${name}${query}`, auditor);
  expect(status).toBe(200);
  return text;
}

async function publicKeys(): Promise<string[]> {
  const { json } = await audit.http('/api/v1/audit/keys');
  return (json['items'] as { publicKey: string }[]).map(({ publicKey }) => publicKey);
}

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

describe('an export (W9)', () => {
  it('verifies offline with the public keys alone', async () => {
    const organization = await organizationWith(12);
    const result = await verifyExport(linesOf(await exported(organization)), await publicKeys());
    expect(result).toMatchObject({ ok: true, chain: organization.organizationId, entries: 12, withoutDetails: 0 });
  });

  it('of a chain that nothing is in verifies too', async () => {
    const organization = await audit.organization();
    expect(await verifyExport(linesOf(await exported(organization)), await publicKeys())).toMatchObject({
      ok: true,
      entries: 0,
    });
  });

  it('with one byte changed says which entry it was', async () => {
    const lines = linesOf(await exported(await organizationWith(6)));
    lines[4] = lines[4]?.replace(/team:\d/, 'team:9') ?? '';
    expect(await verifyExport(lines, await publicKeys())).toMatchObject({ ok: false, position: 4, problem: 'changed' });
  });

  it('shows what somebody with the database in their hands has rewritten', async () => {
    const organization = await organizationWith(3);
    const trigger = 'chain_entries_only_lose_details';
    await audit.query(`ALTER TABLE chain_entries DISABLE TRIGGER ${trigger}`);
    await audit.query(
      `UPDATE chain_entries SET event = replace(event, 'team.create', 'team.delete') WHERE chain = $1 AND position = 2`,
      [organization.organizationId],
    );
    await audit.query(`ALTER TABLE chain_entries ENABLE TRIGGER ${trigger}`);
    const result = await verifyExport(linesOf(await exported(organization)), await publicKeys());
    expect(result).toMatchObject({ ok: false, position: 2, problem: 'changed' });
  });

  it('is whole while others append to the chain', async () => {
    const organization = await organizationWith(8);
    const { organizationId } = organization;
    const [text] = await Promise.all([
      exported(organization),
      ...Array.from({ length: 20 }, () => audit.record({ organizationId })),
    ]);
    expect(await verifyExport(linesOf(text), await publicKeys())).toMatchObject({ ok: true });
    await audit.settled();
    const after = await verifyExport(linesOf(await exported(organization)), await publicKeys());
    expect(after).toMatchObject({ ok: true, entries: 28 });
  });

  it('of many events comes in parts that are larger than a message', async () => {
    const organization = await audit.organization();
    const { organizationId } = organization;
    const details = { text: 'x'.repeat(15_000) };
    await Promise.all(Array.from({ length: 130 }, () => audit.record({ organizationId, details })));
    await audit.settled();
    const text = await exported(organization);
    expect(text.length).toBeGreaterThan(1_500_000);
    expect(await verifyExport(linesOf(text), await publicKeys())).toMatchObject({ ok: true, entries: 130 });
  });

  it('is CSV for a spreadsheet, which finds no formula in it', async () => {
    const organization = await audit.organization();
    const { organizationId } = organization;
    await audit.record({ organizationId, subject: '=HYPERLINK("http://x")', action: 'team.delete' });
    await audit.record({ organizationId });
    await audit.settled();
    const [header, row, ...rest] = (await exported(organization, '&format=csv&action=team.delete')).split('\r\n');
    expect(header).toBe(
      'position,at,source,actor,actorUserId,action,target,outcome,requestId,clientAddress,details,id',
    );
    expect(row).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(rest).toEqual(['']);
  });

  it('is a batch of CloudEvents', async () => {
    const organization = await organizationWith(2);
    const events = JSON.parse(await exported(organization, '&format=cloudevents')) as Record<string, unknown>[];
    expect(events).toHaveLength(2);
    // Two replicas append in any order.
    expect(events.find(({ subject }) => subject === 'team:1')).toMatchObject({
      specversion: '1.0',
      source: '/waybill/auth',
      type: 'waybill.audit.team.create',
      subject: 'team:1',
      data: { action: 'team.create', outcome: 'success', clientAddress: '10.0.0.7', details: { name: 'readers' } },
    });
    expect(JSON.parse(await exported(await audit.organization(), '&format=cloudevents'))).toEqual([]);
  });

  it('that verifies is of the whole chain: it takes no filter', async () => {
    const { name, organizationId } = await audit.organization();
    const auditor = somebody({ organizationId, role: 'auditor' });
    const { status, json } = await audit.http(`/api/v1/audit/export?org=${name}&action=team.create`, auditor);
    expect([status, json['code']]).toEqual([400, 'audit.export-filtered']);
  });
});

describe('checkpoints', () => {
  it('are signed when enough is new, and listed newest first', async () => {
    const { name, organizationId } = await organizationWith(5);
    const clock = audit.get(CheckpointsClock, { strict: false });
    await Promise.all([clock.round(), clock.round()]);
    await audit.record({ organizationId });
    await audit.settled();
    await clock.round();
    const auditor = somebody({ organizationId, role: 'auditor' });
    const { json } = await audit.http(`/api/v1/audit/checkpoints?org=${name}`, auditor);
    expect(json['items']).toEqual([
      expect.objectContaining({
        size: 5,
        note: expect.stringContaining(`waybill-audit/${organizationId}\n5\n`) as string,
      }),
    ]);
    await audit.http(`/api/v1/audit/export?org=${name}`, auditor);
    const later = await audit.http(`/api/v1/audit/checkpoints?org=${name}&limit=1`, auditor);
    expect(later.json['items']).toEqual([expect.objectContaining({ size: 6 })]);
    const cursor = String(later.json['next']);
    const last = await audit.http(`/api/v1/audit/checkpoints?org=${name}&limit=1&cursor=${cursor}`, auditor);
    expect(last.json['items']).toEqual([expect.objectContaining({ size: 5 })]);
  });

  it('are signed with one key, whose private half is sealed (W6)', async () => {
    const [key] = await audit.query('SELECT * FROM audit_keys');
    expect(await audit.query('SELECT 1 FROM audit_keys')).toHaveLength(1);
    expect(Buffer.from(key?.['sealed_private_key'] as Buffer).includes(Buffer.from('302e0201', 'hex'))).toBe(false);
    const { json } = await audit.http('/api/v1/audit/keys');
    expect(json['items']).toEqual([
      { name: key?.['name'], publicKey: key?.['public_key'], createdAt: expect.any(String) as string, retiredAt: null },
    ]);
  });
});

describe('another key', () => {
  const admin = somebody('installation-admin');
  const names = async () => (await listed()).map(({ name }) => name);

  async function listed(): Promise<{ name: string; publicKey: string; retiredAt: string | null }[]> {
    return (await audit.http('/api/v1/audit/keys')).json['items'] as never;
  }

  it('signs from then on at every replica, and what the one before it signed still verifies', async () => {
    const organization = await organizationWith(3);
    const before = linesOf(await exported(organization));
    const [replaces] = await names();
    const made = await audit.http('/api/v1/audit/keys', admin, { replaces });
    expect([made.status, made.json]).toEqual([201, (await listed())[0]]);
    expect((await listed()).map(({ retiredAt }) => retiredAt === null)).toEqual([true, false]);
    await audit.record({ organizationId: organization.organizationId });
    await audit.settled();
    const afterwards = await Promise.all(Array.from({ length: 2 }, () => exported(organization)));
    const keys = await publicKeys();
    expect(await verifyExport(before, keys)).toMatchObject({ ok: true, signedBy: replaces });
    for (const text of afterwards) {
      expect(await verifyExport(linesOf(text), keys)).toMatchObject({ ok: true, signedBy: made.json['name'] });
      expect(JSON.parse(linesOf(text).at(-1) ?? '')).toMatchObject({ key: made.json['publicKey'] });
      // A key that was kept before endorses it.
      expect(await verifyExport(linesOf(text), keys.slice(1))).toMatchObject({ ok: true });
    }
  });

  it('is made once of fifty that are asked for at a time, and audited once', async () => {
    const [replaces = ''] = await names();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => audit.http('/api/v1/audit/keys', admin, { replaces })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ json }) => json['code'] === 'audit.key-replaced')).toHaveLength(49);
    const subject = `audit-key:${String((await names())[0])}`;
    const recorded = await audit.query(`SELECT action, details FROM audit_events WHERE subject = $1`, [subject]);
    expect(recorded).toEqual([
      { action: 'audit-key.rotate', details: { replaces, publicKey: (await publicKeys())[0] } },
    ]);
  });

  it('is for those who run the installation, freshly proven (W7)', async () => {
    const [replaces] = await names();
    const { organizationId } = await audit.organization();
    const ask = async (as: Parameters<typeof audit.http>[1]) =>
      (await audit.http('/api/v1/audit/keys', as, { replaces })).status;
    expect(await ask(somebody({ organizationId, role: 'owner' }))).toBe(403);
    expect(await ask(undefined)).toBe(401);
    expect(await ask({ ...admin, provenUntil: new Date(0).toISOString() } as typeof admin)).toBe(403);
    expect((await audit.http('/api/v1/audit/keys', admin, {})).status).toBe(400);
  });
});

describe('exports at a time', () => {
  it('are bounded for each actor, with an answer that says when to come again', async () => {
    const organization = await organizationWith(1);
    const auditor = somebody({ organizationId: organization.organizationId, role: 'auditor' });
    const target = `/api/v1/audit/export?org=${organization.name}`;
    const answers = await Promise.all(Array.from({ length: 12 }, () => audit.http(target, auditor)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.json['code']).toBe('audit.exports-too-many');
    expect(refused[0]?.headers['retry-after']).toBe('30');
    expect((await audit.http(target, auditor)).status).toBe(200);
  });

  it('are those of a person with all their tokens together', async () => {
    const { organizationId, name } = await organizationWith(1);
    const person = somebody({ organizationId, role: 'auditor' });
    if (person.kind !== 'user') throw new Error('not a person');
    const { userId, username, grants, installationAdmin } = person;
    const scopes = [{ actions: ['audit' as const], on: { kind: 'everything' as const } }];
    const tokens = Array.from({ length: 6 }, (): Principal => {
      const tokenId = randomUUID() as TokenId;
      return { kind: 'token', tokenId, scopes, userId, username, grants, installationAdmin };
    });
    const target = `/api/v1/audit/export?org=${name}`;
    const answers = await Promise.all(
      tokens.flatMap((token) => [audit.http(target, token), audit.http(target, token)]),
    );
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
  });
});

describe('the retention', () => {
  it('takes details and addresses of what is old, and the chain still verifies', async () => {
    const organization = await audit.organization();
    const { organizationId } = organization;
    const trigger = 'chain_entries_only_lose_details';
    for (let index = 0; index < 4; index += 1) await audit.record({ organizationId, clientAddress: 'canary-address' });
    await audit.settled();
    await audit.query(`ALTER TABLE chain_entries DISABLE TRIGGER ${trigger}`);
    await audit.query(
      `UPDATE chain_entries SET recorded_at = now() - interval '40 days' WHERE chain = $1 AND position <= 3`,
      [organizationId],
    );
    await audit.query(`ALTER TABLE chain_entries ENABLE TRIGGER ${trigger}`);
    await audit.get(RetentionClock, { strict: false }).round(30);
    const text = await exported(organization);
    expect(await verifyExport(linesOf(text), await publicKeys())).toMatchObject({
      ok: true,
      entries: 4,
      withoutDetails: 3,
    });
    expect(text.match(/canary-address/g)).toHaveLength(1);
    const auditor = somebody({ organizationId, role: 'auditor' });
    const { json } = await audit.http(`/api/v1/audit/events?org=${organization.name}`, auditor);
    expect((json['items'] as { details: unknown }[]).map(({ details }) => details)).toEqual([
      { name: 'readers' },
      null,
      null,
      null,
    ]);
  });

  it('takes nothing within a month, whatever it is told', async () => {
    const { organizationId } = await organizationWith(1);
    await expect(
      audit.query('UPDATE chain_entries SET private = NULL WHERE chain = $1', [organizationId]),
    ).rejects.toThrow('append-only');
  });
});
