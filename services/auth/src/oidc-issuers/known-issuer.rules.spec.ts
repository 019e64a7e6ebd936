import type { OrganizationId } from '@waybill/domain';
import { providerNames } from '@waybill/trusted-publishing';
import { describe, expect, it } from 'vitest';
import { OidcIssuerEntity } from './oidc-issuer.entity.js';
import { readingsOf, registrationOf } from './known-issuer.rules.js';

const acme = 'o-acme' as OrganizationId;
const other = 'o-other' as OrganizationId;
const github = 'https://token.actions.githubusercontent.com';
const own = 'https://gitlab.acme.example';

function row(of: Partial<OidcIssuerEntity>): OidcIssuerEntity {
  const usual: Partial<OidcIssuerEntity> = {
    url: own,
    provider: 'gitlab-ci',
    organizationId: null,
    jwksUri: null,
    algorithms: ['RS256'],
    allowFixedAudience: false,
    enabled: true,
  };
  return Object.assign(new OidcIssuerEntity(), usual, of);
}

describe('the tokens of an issuer', () => {
  it('count for everybody if it is a public one, without a registration', () => {
    expect(readingsOf(github, 'RS256', [])).toMatchObject([
      { provider: 'github-actions', organizations: 'all', jwksUri: null },
    ]);
  });

  it('count for nobody if nobody registered it, or it is not exactly that URL (T3)', () => {
    for (const url of [own, `${github}/`, `${github}/acme`, github.toUpperCase(), 'toString', '__proto__']) {
      expect(readingsOf(url, 'RS256', [])).toEqual([]);
    }
  });

  it('count for an organization’s own publishers only, if it registered it (T3, pitfall 22)', () => {
    expect(readingsOf(own, 'RS256', [row({ organizationId: acme })])).toMatchObject([{ organizations: [acme] }]);
  });

  it('are read once for organizations that registered it alike, and for each otherwise', () => {
    const alike = [row({ organizationId: acme }), row({ organizationId: other })];
    expect(readingsOf(own, 'RS256', alike)).toMatchObject([{ organizations: [acme, other] }]);
    const unlike = [row({ organizationId: acme }), row({ organizationId: other, provider: 'generic' })];
    expect(readingsOf(own, 'RS256', unlike)).toMatchObject([
      { provider: 'gitlab-ci', organizations: [acme] },
      { provider: 'generic', organizations: [other] },
    ]);
  });

  it('are read as the installation says, whatever organizations do', () => {
    const rows = [row({ organizationId: acme }), row({ jwksUri: 'https://keys.example' })];
    expect(readingsOf(own, 'RS256', rows)).toMatchObject([{ organizations: 'all', jwksUri: 'https://keys.example' }]);
  });

  it('are nobody’s any more if the installation has disabled it, public or not', () => {
    const off = { enabled: false };
    expect(readingsOf(github, 'RS256', [row({ url: github, provider: 'github-actions', ...off })])).toEqual([]);
    expect(readingsOf(own, 'RS256', [row({ organizationId: acme }), row(off)])).toEqual([]);
    expect(readingsOf(own, 'RS256', [row({ organizationId: acme, ...off })])).toEqual([]);
  });

  it('are read alike for all organizations that take what they are signed with, whatever else those take', () => {
    const rows = Array.from({ length: 500 }, (_, index) =>
      row({ organizationId: `o-${index}` as OrganizationId, algorithms: subset(index) }),
    );
    const signing = rows.filter(({ algorithms }) => algorithms.includes('PS384'));
    expect(readingsOf(own, 'PS384', rows)).toMatchObject([
      { algorithms: ['PS384'], organizations: signing.map(({ organizationId }) => organizationId) },
    ]);
    expect(readingsOf(own, 'none', rows)).toEqual([]);
  });

  it('are read in no more ways than there are providers, and leave no organization out (W4)', () => {
    const rows = Array.from({ length: 2000 }, (_, index) =>
      row({
        organizationId: `o-${index}` as OrganizationId,
        provider: providerNames[index % providerNames.length] ?? 'generic',
        algorithms: [...subset(index % 127), 'ES384'],
      }),
    );
    const readings = readingsOf(own, 'ES384', rows);
    expect(readings).toHaveLength(providerNames.length);
    const reached = readings.flatMap(({ organizations }) => (organizations === 'all' ? [] : organizations));
    expect(new Set(reached).size).toBe(2000);
  });

  it('are known by how it was registered, whatever it is called', () => {
    const one = registrationOf(row({ title: 'One' }));
    expect(registrationOf(row({ title: 'Other' }))).toBe(one);
    for (const other of [
      { provider: 'generic' },
      { jwksUri: 'https://keys.example' },
      { allowFixedAudience: true },
    ] as const) {
      expect(registrationOf(row(other))).not.toBe(one);
    }
  });
});

/** A different set of algorithms for each number. */
function subset(number: number): OidcIssuerEntity['algorithms'] {
  const all = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256'] as const;
  return all.filter((_, bit) => ((number + 1) & (1 << bit)) !== 0);
}
