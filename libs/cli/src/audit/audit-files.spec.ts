import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  endLine,
  endorseKey,
  headerLine,
  MerkleFrontier,
  newNoteKey,
  privateNoteKey,
  signCheckpoint,
} from '@waybill/audit-chain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliRun } from '../../test/cli-run.js';
import { exitCodes } from '../exit-code.js';

const cli = new CliRun();
const { publicText } = newNoteKey('waybill-audit');
let file: string;

beforeEach(async () => {
  cli.seen.length = 0;
  cli.answer = () => ({ json: { items: [{ name: 'waybill-audit', publicKey: publicText }] } });
  await cli.start();
  file = join(cli.home, 'audit.ndjson');
  await writeFile(file, '{"no":"export"}\n');
});

afterEach(() => cli.stop());

describe('the keys of the audit log', () => {
  it('are written to a file, and verify without the installation (W9)', async () => {
    const keys = join(cli.home, 'keys.txt');
    expect(await cli.run(['audit', 'keys', '--out', keys])).toMatchObject({ exitCode: exitCodes.success, out: '' });
    expect(await readFile(keys, 'utf8')).toBe(`${publicText}\n`);
    for (const key of [keys, publicText]) {
      const ran = await cli.run(['audit', 'verify', file, '--key', key], { url: 'http://127.0.0.1:1' });
      expect(ran.exitCode).toBe(exitCodes.unverified);
      expect(ran.err).toContain('does not verify');
    }
  });

  it('that an installation gives out today are told to prove less', async () => {
    const ran = await cli.run(['audit', 'verify', file]);
    expect(ran.exitCode).toBe(exitCodes.unverified);
    expect(ran.err).toContain(`the keys that ${cli.url} gives out today`);
    expect(ran.err).toContain('--key keys.txt');
  });

  it('are asked for by --key where the installation cannot be reached', async () => {
    const ran = await cli.run(['audit', 'verify', file], { url: 'http://127.0.0.1:1' });
    expect(ran.exitCode).toBe(exitCodes.unavailable);
    expect(ran.err).toContain('audit verify <file> --key keys.txt');
  });

  it.each([
    ['nosuchfile', 'nosuchfile is not there.'],
    ['', '--key needs a public key'],
    ['garbage.txt', 'no file of public keys'],
    ['folder', 'is a folder'],
  ])('are not %j: that is a wrong command line, and no failed verification', async (key, said) => {
    await writeFile(join(cli.home, 'garbage.txt'), 'garbage\n');
    await mkdir(join(cli.home, 'folder'));
    const given = ['garbage.txt', 'folder'].includes(key) ? join(cli.home, key) : key;
    const ran = await cli.run(['audit', 'verify', file, '--key', given]);
    expect(ran.exitCode).toBe(exitCodes.usage);
    expect(ran.err).toContain(said);
  });
});

describe('an export that a newer key has signed', () => {
  const [old, newer] = [newNoteKey('waybill-audit'), newNoteKey('waybill-audit')].map((key) => ({
    ...key,
    privateKey: privateNoteKey(key.privateKey),
  }));
  if (old === undefined || newer === undefined) throw new Error('There are two keys.');
  const rootHash = MerkleFrontier.empty().root();
  const note = signCheckpoint({ chain: 'installation', size: 0, rootHash, time: '2026-06-02T00:00:00.000Z' }, newer);
  const endorsements = [
    endorseKey({ publicKey: old.publicText, time: '2026-01-01T00:00:00.000Z' }, old),
    endorseKey({ publicKey: newer.publicText, time: '2026-06-01T00:00:00.000Z' }, old),
  ];
  const verify = async (notes: readonly string[] | undefined, ...flags: string[]) => {
    await writeFile(file, `${headerLine('installation', 0)}\n${endLine(note, newer.publicText, notes)}\n`);
    return cli.run(['audit', 'verify', file, ...flags]);
  };

  it('verifies with one that was kept, where that has endorsed it (W9)', async () => {
    const ran = await verify(endorsements, '--key', old.publicText);
    expect(ran).toMatchObject({
      exitCode: exitCodes.success,
      out: expect.stringContaining('Verified: 0 entries') as string,
    });
    expect(await verify(undefined, '--key', old.publicText)).toMatchObject({ exitCode: exitCodes.unverified });
  });

  it('does not verify where the installation says that the key signs no more (W9)', async () => {
    const key = { name: newer.name, publicKey: newer.publicText, createdAt: '2026-01-01T00:00:00.000Z' };
    for (const [retiredAt, exitCode] of [
      [null, exitCodes.success],
      ['2026-06-01T00:00:00.000Z', exitCodes.unverified],
    ] as const) {
      cli.answer = () => ({ json: { items: [{ ...key, retiredAt }] } });
      expect(await verify(undefined)).toMatchObject({ exitCode });
    }
  });
});

describe('files of the audit log', () => {
  it('are not written over, and nothing is asked for before that is clear', async () => {
    for (const command of ['export', 'keys']) {
      const ran = await cli.run(['audit', command, '--out', file]);
      expect(ran.exitCode).toBe(exitCodes.usage);
      expect(ran.err).toContain(`${file} is there already`);
    }
    expect(cli.seen).toEqual([]);
    expect(await readFile(file, 'utf8')).toBe('{"no":"export"}\n');
  });

  it('are for nobody else on the machine, and need a folder that is there', async () => {
    const out = join(cli.home, 'out.ndjson');
    await cli.run(['audit', 'export', '--out', out]);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    const ran = await cli.run(['audit', 'export', '--out', join(cli.home, 'no/such/folder.ndjson')]);
    expect([ran.exitCode, ran.err]).toEqual([exitCodes.usage, expect.stringContaining('is not there.')]);
  });

  it('that are verified have to be there', async () => {
    for (const given of ['nosuchfile', cli.home]) {
      const ran = await cli.run(['audit', 'verify', given, '--key', publicText]);
      expect([ran.exitCode, ran.err]).toEqual([exitCodes.usage, expect.not.stringContaining('ENO')]);
    }
  });
});
