import { createPublicKey, verify } from 'node:crypto';
import { packageAggregate, releasePublished, repositoryCreated } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';
import { ReleaseSigning } from './release-signing.service.js';
import { SigningKeysService } from './signing-keys.service.js';

interface Key {
  readonly keyid: string;
  readonly key: string;
  readonly expires: string | null;
}

interface Dist {
  readonly integrity: string;
  readonly signatures?: { keyid: string; sig: string }[];
}

const abbreviated = { accept: 'application/vnd.npm.install-v1+json' };
const by = { actor: 'user:1', requestId: 'r-1' };
const admin = { ...person(), installationAdmin: true } as Principal;
let adapter: RunningAdapter;

beforeAll(async () => {
  adapter = await startAdapter();
  const { public: main } = adapter.repositories;
  await adapter.emit(repositoryCreated, { aggregate: main.repositoryId, version: 1, data: main });
});

afterAll(async () => {
  await adapter.stop();
});

async function publish(name: string, version: string, aggregateVersion: number) {
  const release = await adapter.release(adapter.repositories.public, { name, version }, { tags: ['latest'] });
  const aggregate = packageAggregate(release.repository.repositoryId, release.packagePurl);
  await adapter.emit(releasePublished, { aggregate, version: aggregateVersion, data: release });
  await eventually(async () => expect((await adapter.call(`/npm/main/${name}/${version}`)).status).toBe(200));
}

async function keys(): Promise<Key[]> {
  return (await adapter.call('/npm/main/-/npm/v1/keys')).json()['keys'] as Key[];
}

async function dists(name: string, version: string): Promise<Dist[]> {
  const [full, short, one] = await Promise.all([
    adapter.call(`/npm/main/${name}`),
    adapter.call(`/npm/main/${name}`, { headers: abbreviated }),
    adapter.call(`/npm/main/${name}/${version}`),
  ]);
  const inPackument = [full, short].map(
    (answer) => (answer.json()['versions'] as Record<string, { dist: Dist }>)[version]?.dist as Dist,
  );
  return [...inPackument, one.json()['dist'] as Dist];
}

// What pacote does for `npm audit signatures`.
function verified(name: string, version: string, dist: Dist, known: readonly Key[]): boolean {
  const [signature] = dist.signatures ?? [];
  const key = known.find(({ keyid }) => keyid === signature?.keyid);
  if (signature === undefined || key === undefined) return false;
  const publicKey = createPublicKey(`-----BEGIN PUBLIC KEY-----\n${key.key}\n-----END PUBLIC KEY-----`);
  const text = `${name}@${version}:${dist.integrity}`;
  return verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature.sig, 'base64'));
}

describe('GET /-/npm/v1/keys', () => {
  it('lists the installation’s key to everybody, the same for every repository', async () => {
    const answer = await adapter.call('/npm/main/-/npm/v1/keys');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      keys: [
        {
          expires: null,
          keyid: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/) as string,
          keytype: 'ecdsa-sha2-nistp256',
          scheme: 'ecdsa-sha2-nistp256',
          key: expect.stringMatching(/^MFkw[A-Za-z0-9+/]+=*$/) as string,
        },
      ],
    });
    expect((await adapter.call('/npm/unknown/-/npm/v1/keys')).json()).toEqual(answer.json());
  });
});

describe('dist.signatures', () => {
  it('are on every version, in both forms and in the version document, and verify', async () => {
    await publish('@acme/signed', '1.0.0', 2);
    const known = await keys();
    for (const dist of await dists('@acme/signed', '1.0.0')) {
      expect(verified('@acme/signed', '1.0.0', dist, known)).toBe(true);
    }
  });

  it('of releases from before there were keys are made at start', async () => {
    await publish('unsigned', '1.0.0', 2);
    await publish('unsigned', '1.1.0', 3);
    await adapter.dataSource.query(`UPDATE releases SET signatures = NULL WHERE purl = 'pkg:npm/unsigned'`);
    const signing = adapter.app.get(ReleaseSigning, { strict: false });
    const [first, second] = await Promise.all([signing.signAll(), signing.signAll()]);
    expect(Math.max(first, second)).toBeGreaterThan(0);
    for (const version of ['1.0.0', '1.1.0']) {
      for (const dist of await dists('unsigned', version)) {
        expect(dist.signatures).toHaveLength(1);
        expect(verified('unsigned', version, dist, await keys())).toBe(true);
      }
    }
    expect(await signing.signAll()).toBe(0);
  });
});

describe('POST /api/v1/npm/signing-keys', () => {
  it('is for administrators of the installation only (A2)', async () => {
    const rotate = (principal?: Principal) =>
      adapter.call('/api/v1/npm/signing-keys', { method: 'POST', ...(principal === undefined ? {} : { principal }) });
    expect((await rotate()).status).toBe(401);
    expect((await rotate(memberOf(adapter.repositories.public))).status).toBe(403);
    expect(await keys()).toHaveLength(1);
  });

  it('makes a key that signs from now on; what the old one signed goes on to verify, since it expires later', async () => {
    await publish('rotated', '1.0.0', 2);
    const [old] = await keys();
    const answer = await adapter.call('/api/v1/npm/signing-keys', { method: 'POST', principal: admin });
    expect(answer.status).toBe(201);
    expect(JSON.stringify(answer.json())).not.toContain('PRIVATE');
    await publish('rotated', '2.0.0', 3);
    const known = await keys();
    expect(known.map((key) => [key.keyid, key.expires === null])).toEqual([
      [answer.json()['keyid'], true],
      [old?.keyid, false],
    ]);
    const [before] = await dists('rotated', '1.0.0');
    const [after] = await dists('rotated', '2.0.0');
    expect(before?.signatures?.[0]?.keyid).toBe(old?.keyid);
    expect(after?.signatures?.[0]?.keyid).toBe(answer.json()['keyid']);
    const { time } = (await adapter.call('/npm/main/rotated')).json() as { time: Record<string, string> };
    expect(Date.parse(known[1]?.expires ?? '')).toBeGreaterThan(Date.parse(time['1.0.0'] ?? ''));
  });

  it('can be asked twice at once: the keys are made one after another, and one of them signs', async () => {
    const service = adapter.app.get(SigningKeysService, { strict: false });
    const before = (await keys()).length;
    await Promise.all([service.rotate(by), service.rotate(by)]);
    const known = await keys();
    expect(known).toHaveLength(before + 2);
    expect(known.filter((key) => key.expires === null)).toHaveLength(1);
  });
});

describe('rotations', () => {
  const rotate = () => adapter.call('/api/v1/npm/signing-keys', { method: 'POST', principal: admin });
  const audit = () =>
    adapter.dataSource.query<Record<string, unknown>[]>('SELECT * FROM audit_events ORDER BY at DESC LIMIT 1');
  const retire = (from: number, to: number) =>
    adapter.dataSource.query(
      `INSERT INTO signing_keys (keyid, key_type, public_key, sealed_private_key, created_at, expires_at)
       SELECT 'SHA256:' || n, 'ecdsa-sha2-nistp256', '', '', now() - interval '9 years' + n * interval '1 day',
              now() - interval '1 year' FROM generate_series($1::integer, $2::integer) AS n`,
      [from, to],
    );

  it('are each audited once, with who did it, and the audit only grows (W9)', async () => {
    const count = async () => (await adapter.dataSource.query<unknown[]>('SELECT 1 FROM audit_events')).length;
    const before = await count();
    const answer = await rotate();
    expect(await count()).toBe(before + 1);
    expect(await audit()).toMatchObject([
      {
        actor: `user:${(admin as { userId: string }).userId}`,
        action: 'signing-key.rotate',
        subject: `signing-key:${answer.json()['keyid'] as string}`,
        details: { removed: [] },
      },
    ]);
    for (const change of ['DELETE FROM audit_events', `UPDATE audit_events SET actor = 'nobody'`]) {
      await expect(adapter.dataSource.query(change)).rejects.toThrow(/append-only/);
    }
  });

  it('keep at most a hundred retired keys: the oldest go that signed nothing that is here (I3)', async () => {
    await publish('kept-signature', '1.0.0', 2);
    const [signed] = await dists('kept-signature', '1.0.0');
    const used = signed?.signatures?.[0]?.keyid;
    await retire(1, 101 - (await keys()).length);
    await adapter.dataSource.query(
      `UPDATE releases SET signatures = jsonb_build_array(jsonb_build_object('keyid', 'SHA256:1', 'sig', 'x'))
        WHERE purl = 'pkg:npm/unsigned' AND version = '1.0.0'`,
    );
    expect((await rotate()).status).toBe(201);
    const known = (await keys()).map(({ keyid }) => keyid);
    expect(known).toHaveLength(101);
    expect(known).toEqual(expect.arrayContaining([used, 'SHA256:1', 'SHA256:3']));
    expect(known).not.toContain('SHA256:2');
    expect(await audit()).toMatchObject([{ details: { removed: ['SHA256:2'] } }]);
  });

  it('are refused, and change nothing, where a hundred retired keys signed what is still here', async () => {
    await adapter.dataSource.query(
      `UPDATE releases SET signatures = (SELECT jsonb_agg(jsonb_build_object('keyid', keyid, 'sig', 'x')) FROM signing_keys)
        WHERE purl = 'pkg:npm/unsigned' AND version = '1.1.0'`,
    );
    const before = [await keys(), await audit()];
    const answer = await rotate();
    expect([answer.status, answer.json()['code']]).toEqual([409, 'npm.signing-keys-full']);
    expect([await keys(), await audit()]).toEqual(before);
  });
});

describe('the first start', () => {
  it('makes one key, however many replicas start at once', async () => {
    await adapter.dataSource.query('DELETE FROM signing_keys');
    const service = adapter.app.get(SigningKeysService, { strict: false });
    await Promise.all(Array.from({ length: 5 }, () => service.onModuleInit()));
    expect(await keys()).toHaveLength(1);
    await publish('after-first-start', '1.0.0', 2);
    for (const dist of await dists('after-first-start', '1.0.0')) {
      expect(verified('after-first-start', '1.0.0', dist, await keys())).toBe(true);
    }
  });
});
