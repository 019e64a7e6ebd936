import { describe, expect, it } from 'vitest';
import { SecretsCheck } from '../src/checks/secrets.check.js';
import { randomLooking, resultOf } from './seen-file.js';

// Put together here, so that nothing in this repository looks like a secret.
const url = (scheme: string, password: string, host: string) => [scheme, '://alice', ':', password, '@', host].join('');
const password = randomLooking(14);

const shown: readonly (readonly [what: string, text: string])[] = [
  ['a host that RFC 2606 reserves', url('https', password, 'registry.example.com/npm')],
  ['a top-level domain that RFC 6761 reserves', url('https', password, 'db.internal.test/x')],
  ['an address that RFC 5737 reserves', url('postgres', password, '192.0.2.10:5432/app')],
  ["the reader's own machine", url('mongodb', password, 'localhost:27017/app')],
  ["the reader's own machine, by its address", url('mysql', password, '127.0.0.1:3306/app')],
  ['a password that says that it is none', url('https', 'changeme', 'git.corp.dev')],
  ['a password that is the word for it', url('mongodb', 'passwd', 'cluster0.mongodb.net/app')],
];

const real: readonly (readonly [what: string, text: string])[] = [
  ['a host that only starts like a reserved one', url('https', password, 'example.com.corp.dev/x')],
  ['a host that goes on with a long domain', url('https', password, 'example.com.development/x')],
  ['a host that only ends like a reserved one', url('https', password, 'notexample.com/x')],
  ['a reserved host in the path', url('postgres', password, 'db.corp.dev/example.com')],
  ['a reserved host in the query', url('postgres', password, 'db.corp.dev/app?host=localhost')],
];

async function codesFor(text: string): Promise<string[]> {
  const { findings } = await resultOf(new SecretsCheck(), { 'package/README.md': `Connect with ${text} today.\n` });
  return findings.map(({ code }) => code);
}

describe('credentials that documentation shows (P11)', () => {
  it.each(shown)('are no finding: %s', async (_what, text) => {
    expect(await codesFor(text)).toEqual([]);
  });

  it.each(real)('are not to be hidden behind one: %s', async (_what, text) => {
    expect(await codesFor(text)).toHaveLength(1);
  });
});
