import { endLine, endorseKey, newNoteKey, privateNoteKey, signCheckpoint, verifyExport } from '@waybill/audit-chain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAudit, somebody, startAudit, type TestOrganization } from './running-audit.js';

let audit: RunningAudit;
const admin = somebody('installation-admin');

beforeAll(async () => {
  audit = await startAudit();
});

afterAll(async () => {
  await audit.stop();
});

interface ListedKey {
  readonly name: string;
  readonly publicKey: string;
  readonly createdAt: string;
  readonly retiredAt: string | null;
}

const listed = async () => (await audit.http('/api/v1/audit/keys')).json['items'] as ListedKey[];
const known = async () =>
  (await listed()).map(({ publicKey, createdAt, retiredAt }) => ({
    publicKey,
    from: new Date(createdAt),
    until: retiredAt === null ? undefined : new Date(retiredAt),
  }));
const days = (count: number) => new Date(Date.now() + count * 86_400_000);

async function exported({ name, organizationId }: TestOrganization): Promise<string[]> {
  const auditor = somebody({ organizationId, role: 'auditor' });
  const { status, text } = await audit.http(`/api/v1/audit/export?org=${name}`, auditor);
  expect(status).toBe(200);
  return text.split('\n').slice(0, -1);
}

async function rotated(): Promise<ListedKey> {
  const [current] = await listed();
  const { json } = await audit.http('/api/v1/audit/keys', admin, { replaces: current?.name });
  return json as unknown as ListedKey;
}

/** A key of somebody who has the password of the database, and nothing else, in a row as they like it. */
async function intruder(sealed: Buffer = Buffer.from([0])) {
  const { name, publicText, privateKey } = newNoteKey('waybill-audit');
  const key = { name, privateKey: privateNoteKey(privateKey) };
  const endorsement = endorseKey({ publicKey: publicText, time: days(-9).toISOString() }, key);
  await audit.query(
    `INSERT INTO audit_keys (name, algorithm, public_key, sealed_private_key, created_at, retired_at, endorsement)
     VALUES ($1, 'ed25519', $2, $3, $4, $5, $6)`,
    [name, publicText, sealed, days(-9), days(-1), endorsement],
  );
  return { ...key, publicText };
}

async function organizationWith(count: number): Promise<TestOrganization> {
  const organization = await audit.organization();
  for (let index = 0; index < count; index += 1) await audit.record({ organizationId: organization.organizationId });
  await audit.settled();
  return organization;
}

describe('a key that somebody wrote into the database (W9)', () => {
  it('is not given out, and a checkpoint of it is neither exported nor listed', async () => {
    const organization = await organizationWith(2);
    const chain = organization.organizationId;
    const before = await listed();
    const { name, publicText, privateKey } = await intruder();
    const rootHash = Buffer.alloc(32, 7);
    const at = new Date();
    const note = signCheckpoint({ chain, size: 2, rootHash, time: at.toISOString() }, { name, privateKey });
    await audit.query(
      `INSERT INTO checkpoints (chain, size, root_hash, at, key_name, note) VALUES ($1, 2, $2, $3, $4, $5)`,
      [chain, rootHash.toString('hex'), at, name, note],
    );
    expect(await listed()).toEqual(before);
    const lines = await exported(organization);
    expect(lines.at(-1)).not.toContain(name);
    expect(await verifyExport(lines, await known())).toMatchObject({ ok: true, signedBy: before[0]?.name });
    const auditor = somebody({ organizationId: chain, role: 'auditor' });
    const { json } = await audit.http(`/api/v1/audit/checkpoints?org=${organization.name}`, auditor);
    expect(json['items']).toEqual([]);
    const theirs = [...lines.slice(0, -1), endLine(note, publicText)];
    expect(await verifyExport(theirs, await known())).toMatchObject({ ok: false, problem: 'signature' });
    expect(audit.logLines().join('')).toContain('which this installation has not signed');
  });

  it('is none with the sealed key of another row either', async () => {
    const before = await listed();
    const [row] = await audit.query('SELECT sealed_private_key FROM audit_keys WHERE name = $1', [before[0]?.name]);
    await intruder(row?.['sealed_private_key'] as Buffer);
    expect(await listed()).toEqual(before);
  });
});

describe('the keys of an installation (W9)', () => {
  it('are endorsed by those before them, so that one that was kept checks the newer ones', async () => {
    const organization = await organizationWith(1);
    const [kept] = await known();
    const made = [await rotated(), await rotated()];
    await audit.record({ organizationId: organization.organizationId });
    await audit.settled();
    const lines = await exported(organization);
    const expected = { ok: true, signedBy: made[1]?.name };
    expect(await verifyExport(lines, [kept?.publicKey ?? ''])).toMatchObject(expected);
    expect(await verifyExport(lines, await known())).toMatchObject(expected);
  });

  it('of before there were endorsements get them, each from the one before it', async () => {
    const before = await listed();
    const [kept] = before.slice(-1);
    await audit.query('UPDATE audit_keys SET endorsement = NULL');
    expect(await listed()).toEqual(before);
    expect(await audit.query('SELECT 1 FROM audit_keys WHERE endorsement IS NOT NULL')).toHaveLength(before.length);
    const lines = await exported(await organizationWith(1));
    expect(await verifyExport(lines, [kept?.publicKey ?? ''])).toMatchObject({ ok: true, signedBy: before[0]?.name });
  });

  it('have the times that were signed, whatever the rows say, and one that was ended signs no more', async () => {
    const before = await listed();
    await audit.query(`UPDATE audit_keys SET created_at = created_at - interval '1 year'`);
    await audit.query(`UPDATE audit_keys SET retired_at = now() + interval '1 year' WHERE retired_at IS NOT NULL`);
    expect(await listed()).toEqual(before);
    const [current, earlier] = before;
    await audit.query(`DELETE FROM audit_keys WHERE name = $1`, [current?.name]);
    const refused = await audit.http('/api/v1/audit/keys', admin, { replaces: earlier?.name });
    expect(refused.json['code']).toBe('audit.key-replaced');
  });
});
