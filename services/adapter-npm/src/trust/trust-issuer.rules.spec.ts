import { describe, expect, it } from 'vitest';
import { issuerFor } from './trust-issuer.rules.js';

const github = { provider: 'github-actions', issuer: 'https://token.actions.githubusercontent.com' };
const publicOne = { url: github.issuer, provider: github.provider, from: 'built-in' } as const;
const enterprise = {
  url: 'https://github.acme.example/_services/token',
  provider: 'github-actions',
  from: 'organization',
} as const;
const gitlab = { url: 'https://gitlab.acme.example', provider: 'gitlab-ci', from: 'installation' } as const;

describe('the issuer that npm trust means', () => {
  it('is the public one where no other was registered for that provider', () => {
    expect(issuerFor(github, [publicOne, gitlab])).toBe(github.issuer);
    expect(issuerFor(github, [])).toBe(github.issuer);
  });

  it('is the one that was registered', () => {
    expect(issuerFor(github, [publicOne, enterprise, gitlab])).toBe(enterprise.url);
  });

  it('is nobody knows which where several were registered, and all are named', () => {
    const second = { ...enterprise, url: 'https://git.acme.example/_services/token' };
    expect(() => issuerFor(github, [publicOne, enterprise, second])).toThrow(second.url);
  });

  it('is the public one where that was registered, too', () => {
    const registered = { ...publicOne, from: 'installation' } as const;
    expect(issuerFor(github, [registered, enterprise])).toBe(github.issuer);
  });

  it('of CircleCI is that of the organization that is named, or one that is not at CircleCI', () => {
    const of = (id: string) =>
      ({ url: `https://oidc.circleci.com/org/${id}`, provider: 'circleci', from: 'installation' }) as const;
    const wanted = { provider: 'circleci', issuer: of('a').url };
    expect(issuerFor(wanted, [of('a'), of('b')])).toBe(of('a').url);
    expect(issuerFor(wanted, [of('b')])).toBe(of('a').url);
    const own = { ...of('a'), url: 'http://127.0.0.1:4873/org/a' };
    expect(issuerFor(wanted, [of('b'), own])).toBe(own.url);
  });
});
