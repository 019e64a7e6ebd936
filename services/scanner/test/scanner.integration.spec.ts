import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { digestOf, hashToken, newTokenText } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningScanner, ScanResult } from './running-scanner.js';
import { startScanner } from './running-scanner.js';
import { randomLooking } from './seen-file.js';
import { tarballOf } from './tarball.js';

let scanner: RunningScanner;

beforeAll(async () => {
  scanner = await startScanner();
});

afterAll(async () => {
  await scanner.dispose();
});

async function scanned(bytes: Buffer): Promise<ScanResult['data']> {
  return scanner.resultOf(await scanner.quarantine([await scanner.artifact('a-1.0.0.tgz', bytes)]));
}

function summary({ completed, findings }: ScanResult['data']): { completed: boolean; findings: string[] } {
  return { completed, findings: findings.map(({ level, code }) => `${level} ${code}`) };
}

describe('a quarantined release', () => {
  it('is clean when nothing is found, and keeps its facts', async () => {
    const bytes = await tarballOf({
      'package.json': JSON.stringify({ name: 'a', scripts: { prepare: 'tsc\0', postinstall: 'node \ud800 setup.js' } }),
      'index.js': 'export const answer = 42;\n',
      'data.bin.gz': gzipSync('inside'),
    });
    const result = await scanned(bytes);
    expect(summary(result)).toEqual({ completed: true, findings: ['flag install-script.present'] });
    const [row] = await scanner.query(
      `SELECT completed, failure, facts FROM scanner.scans WHERE scan_id = '${result.scanId}'`,
    );
    expect(row).toMatchObject({ completed: true, failure: null });
    expect(row?.['facts']).toEqual(
      expect.arrayContaining([
        { check: 'install-scripts', path: 'package/package.json', value: { hook: 'prepare', script: 'tsc\ufffd' } },
        expect.objectContaining({ check: 'nested-archive', path: 'package/data.bin.gz' }),
      ]),
    );
  });

  it('is refused when a file would leave the package (P10, I2)', async () => {
    const { completed, findings } = await scanned(await tarballOf({ 'package.json': '{}', '../../evil.sh': 'rm' }));
    expect(completed).toBe(true);
    expect(findings).toEqual([expect.objectContaining({ rule: 'P10', level: 'refuse' })]);
    expect(findings[0]?.code).toMatch(/^archive\./);
  });

  it('is refused when it is a bomb (P10, I3)', async () => {
    const bomb = await tarballOf({ 'package.json': '{}', 'zeros.bin': Buffer.alloc(100 * 1024 * 1024) });
    expect(summary(await scanned(bomb))).toEqual({ completed: true, findings: ['refuse archive.ratio-exceeded'] });
  });

  it('is refused when it ends in the middle (P10)', async () => {
    const whole = await tarballOf({ 'package.json': '{}', 'noise.txt': randomBytes(50_000).toString('base64') });
    expect(summary(await scanned(whole.subarray(0, whole.length / 2)))).toEqual({
      completed: true,
      findings: ['refuse archive.truncated'],
    });
  });

  it('is held when a key leaked into it (P11)', async () => {
    const key = ['gh', 'p_', randomLooking(36)].join('');
    const result = await scanned(await tarballOf({ 'package.json': '{}', 'ci.js': `token("${key}");` }));
    expect(summary(result)).toEqual({ completed: true, findings: ['hold secret.github'] });
    expect(JSON.stringify(result)).not.toContain(key);
  });

  it('is held when a token of this registry is in it, and the token is revoked before (P11, W6)', async () => {
    const token = newTokenText();
    const result = await scanned(await tarballOf({ 'package.json': '{}', '.npmrc': `//x/:_authToken=${token}` }));
    expect(summary(result).findings).toContain('hold secret.waybill-token');
    expect(scanner.leaks).toEqual([{ tokenHashes: [hashToken(token)], foundIn: 'pkg:npm/a@1.0.0' }]);
    expect(JSON.stringify(result)).not.toContain(token);
  });

  it('is not clean when its bytes are missing (I9)', async () => {
    const artifact = await scanner.artifact('a-1.0.0.tgz', Buffer.from('gone'));
    const missing = { ...artifact, digests: { sha256: digestOf('sha256', '0'.repeat(64)) } };
    const result = await scanner.resultOf(await scanner.quarantine([missing]));
    expect(summary(result)).toEqual({ completed: false, findings: [] });
  });

  it('is scanned once, however often the event comes (W10)', async () => {
    const artifacts = [await scanner.artifact('a-1.0.0.tgz', await tarballOf({ 'package.json': '{}' }))];
    const release = await scanner.quarantine(artifacts);
    await scanner.quarantine(artifacts, release);
    await scanner.resultOf(release);
    await scanner.quarantine(artifacts, release);
    await eventually(async () => expect(await scanner.unacknowledged()).toBe(0));
    expect(scanner.results.filter(({ data }) => data.releaseId === release.releaseId)).toHaveLength(1);
    expect(
      await scanner.query(`SELECT event_id FROM scanner.outbox WHERE aggregate = '${release.releaseId}'`),
    ).toHaveLength(1);
  });
});

describe('a scanner that stops', () => {
  it('takes a release up again that was in work, and revokes what leaked in it', async () => {
    scanner.letAuthAnswer(false);
    const before = scanner.leaks.length;
    const bytes = await tarballOf({ 'package.json': '{}', '.npmrc': newTokenText() });
    const release = await scanner.quarantine([await scanner.artifact('a-1.0.0.tgz', bytes)]);
    await eventually(() => expect(scanner.leaks.length).toBeGreaterThan(before));
    await scanner.stop();
    expect(await scanner.query(`SELECT scan_id FROM scanner.scans WHERE release_id = '${release.releaseId}'`)).toEqual(
      [],
    );
    scanner.letAuthAnswer(true);
    await scanner.start();
    expect(summary(await scanner.resultOf(release))).toEqual({
      completed: true,
      findings: ['hold secret.waybill-token'],
    });
  });

  it('says that a scan without enough time is not complete (I9)', async () => {
    await scanner.stop();
    await scanner.start({ WAYBILL_SCAN_SECONDS: '1' });
    const noise = randomBytes(12 * 1024 * 1024).toString('base64');
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`noise-${index}.txt`, noise]));
    expect(summary(await scanned(await tarballOf(files, 0)))).toEqual({ completed: false, findings: [] });
  });
});

describe('the schema of the scanner', () => {
  it('is what its entities say: nothing drifted', async () => {
    expect(await scanner.drift()).toEqual([]);
  });
});
