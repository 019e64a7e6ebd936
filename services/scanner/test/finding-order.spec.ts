import { Readable } from 'node:stream';
import { defaultArchiveBudget } from '@waybill/archives';
import { decideRelease } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { scanArtifact } from '../src/artifacts/scan-artifact.js';
import { maxNotesPerCheck } from '../src/checks/check.js';
import { HiddenUnicodeCheck } from '../src/checks/hidden-unicode.check.js';
import { InstallScriptsCheck } from '../src/checks/install-scripts.check.js';
import { SecretsCheck } from '../src/checks/secrets.check.js';
import { randomLooking, seenFile } from './seen-file.js';
import type { Member } from './tar-members.js';
import { tarballWith } from './tar-members.js';

const reordering = String.fromCodePoint(0x202e);
const invisible = String.fromCodePoint(0x200b).repeat(40);
const key = ['gh', 'p_', randomLooking(36)].join('');

describe('many harmless findings', () => {
  it('do not displace a hidden payload that is held (P12)', async () => {
    const check = new HiddenUnicodeCheck();
    const harmless = await seenFile('package/a.js', reordering);
    for (let index = 0; index < maxNotesPerCheck + 5; index += 1) check.visit(harmless);
    check.visit(await seenFile('package/z.js', invisible));
    expect(check.finish().findings.filter(({ level }) => level === 'hold')).toHaveLength(1);
    expect(check.finish().facts).toHaveLength(maxNotesPerCheck + 1);
  });

  it('do not displace a secret that is held (P11)', async () => {
    const check = new SecretsCheck();
    const large = { ...(await seenFile('package/large.txt', 'text')), sizeBytes: 1024 ** 3 };
    for (let index = 0; index < maxNotesPerCheck + 5; index += 1) await check.visit(large);
    await check.visit(await seenFile('package/key.js', key));
    expect(check.finish().findings.filter(({ level }) => level === 'hold')).toHaveLength(1);
  });

  it('are counted up to a bound: a package.json in each of thousands of folders (P4, I3)', async () => {
    const check = new InstallScriptsCheck();
    const manifest = await seenFile('a/package.json', JSON.stringify({ scripts: { install: 'x' } }));
    for (let index = 0; index < 5000; index += 1) check.visit({ ...manifest, path: `${index}/package.json` });
    expect(check.finish().facts).toHaveLength(maxNotesPerCheck);
  });

  it('change no verdict, of whatever kinds they are (P10, I9)', async () => {
    const members: Member[] = [];
    for (let index = 0; index < 700; index += 1) {
      members.push({ name: `package/link-${index}`, type: 'symlink', linkname: 'package.json' });
      members.push({ name: `package/${index}.js`, content: reordering });
      members.push({ name: `package/${index}.wasm`, content: '\0asm' });
      members.push({ name: `${index}/package.json`, content: '{"scripts":{"install":"x","preinstall":"y"}}' });
    }
    members.push({ name: 'package/z.js', content: invisible }, { name: 'package/key.js', content: key });
    const bytes = await tarballWith(...members);
    const source = { size: bytes.length, openRange: (a: number, b: number) => Readable.from([bytes.subarray(a, b)]) };
    const { verdict, reasons } = decideRelease(await scanArtifact('a-1.0.0.tgz', source, defaultArchiveBudget));
    expect({ verdict, codes: reasons.map(({ code }) => code) }).toEqual({
      verdict: 'held',
      codes: ['secret.github', 'unicode.invisible-run'],
    });
  });
});
