import { describe, expect, it } from 'vitest';
import { challengeRepositoryOf, forgeOf, forgeOwnerOf, isProvenByOwner, publicForges } from './forge.rules.js';

describe('the forges of the operator', () => {
  it('have the APIs that their kinds have, unless it is said otherwise', () => {
    expect(publicForges.split(',').map((setting) => forgeOf(setting)?.apiUrl)).toEqual([
      'https://api.github.com',
      'https://gitlab.com/api/v4',
      'https://codeberg.org/api/v1',
    ]);
    expect(forgeOf('git.example:8443=github')?.apiUrl).toBe('https://git.example:8443/api/v3');
    expect(forgeOf('git.example=gitlab@https://git.example/gitlab/api/v4/')?.apiUrl).toBe(
      'https://git.example/gitlab/api/v4',
    );
  });

  it.each([
    'github.com',
    'github.com=svn',
    '=github',
    'a b=github',
    'git.example=forgejo@ftp://x',
    'x=gitlab@https://',
  ])('are named like forges: %s is none', (setting) => {
    expect(forgeOf(setting)).toBeUndefined();
  });
});

describe('an owner at a forge', () => {
  it('is the same in every case', () => {
    expect(forgeOwnerOf('GitHub.com/Acme-Inc')).toEqual({ host: 'github.com', owner: 'acme-inc' });
  });

  it.each(['github.com/', 'github.com/.', 'github.com/-a', 'github.com/a/b', 'acme', '/acme', 'github.com/a%2fb'])(
    'is one name: %s is none',
    (text) => {
      expect(forgeOwnerOf(text)).toBeUndefined();
    },
  );

  it.each([
    ['maven', 'io.github.acme.', 'github.com', true],
    ['maven', 'io.github.acme.tools.', 'github.com', true],
    ['maven', 'io.github.acmelike.', 'github.com', false],
    ['maven', 'io.github.', 'github.com', false],
    ['maven', 'com.acme.', 'github.com', false],
    ['maven', 'org.codeberg.acme.', 'codeberg.org', true],
    ['npm', '@acme/', 'github.com', true],
    ['npm', '@acme/', 'codeberg.org', false],
    ['npm', '@acme-x/', 'github.com', false],
    ['oci', 'acme/tools/', 'github.com', true],
    ['composer', 'acme/', 'github.com', true],
    ['pypi', 'acme-', 'github.com', false],
  ])('of %s %s at %s: %s', (ecosystem, matchKey, host, isProven) => {
    expect(isProvenByOwner({ ecosystem, matchKey }, { host, owner: 'acme' }, 'github.com')).toBe(isProven);
    const unsaid = isProvenByOwner({ ecosystem, matchKey }, { host, owner: 'acme' }, undefined);
    expect(unsaid).toBe(ecosystem === 'maven' && isProven);
  });

  it('with a dot in their name has no groupId by it', () => {
    const claimed = { ecosystem: 'maven', matchKey: 'io.gitlab.acme.tools.' };
    expect(isProvenByOwner(claimed, { host: 'gitlab.com', owner: 'acme.tools' }, undefined)).toBe(false);
  });
});

describe('the repository that proves a claim', () => {
  it('has a name that every forge takes', () => {
    expect(challengeRepositoryOf('waybill-__--_-')).toMatch(/^waybill-[0-9a-f]{40}$/);
    expect(challengeRepositoryOf('a')).not.toBe(challengeRepositoryOf('b'));
  });
});
