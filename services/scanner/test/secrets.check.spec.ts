import { generateKeyPairSync } from 'node:crypto';
import { hashToken, newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { maxNotesPerCheck } from '../src/checks/check.js';
import { SecretsCheck } from '../src/checks/secrets.check.js';
import { randomLooking, resultOf } from './seen-file.js';

// Put together here, so that nothing in this repository looks like a secret.
const githubToken = ['gh', 'p_', randomLooking(36)].join('');
const awsKey = ['AK', 'IA', randomLooking(16).toUpperCase()].join('');
const basicAuth = (password: string, host: string) => ['https://alice', ':', password, '@', host, '/path'].join('');

function privateKey(): string {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return key.export({ type: 'pkcs1', format: 'pem' }).toString();
}

const realShapes: readonly (readonly [kind: string, text: string])[] = [
  ['github', `const token = "${githubToken}";`],
  ['aws', `AWS_SECRET_ACCESS_KEY=${randomLooking(40)}`],
  ['npm', ['//registry.example/:_auth', 'Token=', 'npm', '_', randomLooking(36)].join('')],
  ['slack', ['xox', 'b-123456789012-123456789012-', randomLooking(24)].join('')],
  ['stripe', ['sk', '_live_', randomLooking(24)].join('')],
  ['privatekey', privateKey()],
  ['basicauth', basicAuth(randomLooking(12), 'git.corp.dev')],
  ['database-connection-string', ['postgres://admin', ':', randomLooking(14), '@', 'db.corp.dev:5432/app'].join('')],
];

describe('the search for secrets (P11)', () => {
  it.each(realShapes)('holds a package with a secret: %s', async (kind, text) => {
    const { findings } = await resultOf(new SecretsCheck(), { 'package/lib/config.js': `\n${text}\n` });
    expect(findings.map(({ code, level, rule, path }) => ({ code, level, rule, path }))).toEqual([
      { code: `secret.${kind}`, level: 'hold', rule: 'P11', path: 'package/lib/config.js' },
    ]);
  });

  it('says where a secret is, and never what it is (W6)', async () => {
    const own = newTokenText();
    const text = `// first line\n// second\nconst key = "${githubToken}"; // ${awsKey}\nconst own = "${own}";\n`;
    const { findings } = await resultOf(new SecretsCheck(), { 'package/index.js': text });
    expect(findings.map(({ code, line }) => `${code} ${line}`)).toEqual(['secret.waybill-token 4', 'secret.github 3']);
    expect(JSON.stringify(findings)).not.toContain(githubToken.slice(4));
    expect(JSON.stringify(findings)).not.toContain(own.slice(3));
  });

  it('finds tokens of this registry, each once, so that they can be revoked', async () => {
    const [first, second] = [newTokenText(), newTokenText()];
    const { findings, leakedTokenHashes } = await resultOf(new SecretsCheck(), {
      'package/.npmrc': `//packages.example/:_authToken=${first}\n`,
      'package/again.txt': `${first} ${second}`,
    });
    expect(leakedTokenHashes).toEqual([hashToken(first), hashToken(second)]);
    expect(findings.filter(({ code }) => code === 'secret.waybill-token')).toHaveLength(3);
  });

  it('finds tokens of this registry in files that are no text', async () => {
    const token = newTokenText();
    const bytes = Buffer.concat([Buffer.alloc(64), Buffer.from(`"${token}"`), Buffer.from([0, 255])]);
    const { leakedTokenHashes } = await resultOf(new SecretsCheck(), { 'package/program': bytes });
    expect(leakedTokenHashes).toEqual([hashToken(token)]);
  });

  it('finds secrets in the UTF-16 that shells of Windows write', async () => {
    const token = newTokenText();
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${githubToken}\r\n${token}`, 'utf16le')]);
    const { findings, leakedTokenHashes } = await resultOf(new SecretsCheck(), { 'package/.env': bytes });
    expect(findings.map(({ code, line }) => `${code} ${line}`)).toEqual(['secret.waybill-token 2', 'secret.github 1']);
    expect(leakedTokenHashes).toEqual([hashToken(token)]);
  });

  it('takes no notice of what only looks like a token of this registry: the checksum is wrong', async () => {
    const token = newTokenText();
    const typo = token.slice(0, 10) + (token[10] === 'a' ? 'b' : 'a') + token.slice(11);
    const result = await resultOf(new SecretsCheck(), { 'package/README.md': typo });
    expect(result).toEqual({ findings: [], facts: [], leakedTokenHashes: [] });
  });

  it('does not let a comment of the package switch the search off', async () => {
    const text = `/* secretlint-disable */\nconst token = "${githubToken}"; // secretlint-disable-line\n`;
    const { findings } = await resultOf(new SecretsCheck(), { 'package/index.js': text });
    expect(findings.map(({ code }) => code)).toEqual(['secret.github']);
  });

  it('still revokes tokens when there are more findings than are kept', async () => {
    const secrets = Array.from({ length: maxNotesPerCheck + 50 }, (_, index) =>
      ['gh', 'p_', randomLooking(36, `seed ${index}`)].join(''),
    );
    const token = newTokenText();
    const result = await resultOf(new SecretsCheck(), {
      'package/many.js': secrets.join('\n'),
      'package/last.js': token,
    });
    expect(result.findings).toHaveLength(maxNotesPerCheck);
    expect(result.leakedTokenHashes).toEqual([hashToken(token)]);
  });
});
