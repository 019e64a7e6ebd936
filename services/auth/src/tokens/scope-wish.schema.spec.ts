import { describe, expect, it } from 'vitest';
import { scopesWanted } from './scope-wish.schema.js';

const on = { kind: 'repository', repository: 'main' };

describe('the scopes that somebody wants', () => {
  it('are said one by one, or by what the token is for', () => {
    const scopes = [{ actions: ['read'], on: { kind: 'package', repository: 'main', purl: 'pkg:npm/left-pad' } }];
    expect(scopesWanted({ scopes })).toEqual(scopes);
    expect(scopesWanted({ preset: 'ci', on })).toEqual([{ actions: ['read', 'publish'], on }]);
    expect(scopesWanted({ preset: 'read-only' })).toEqual([{ actions: ['read'], on: { kind: 'everything' } }]);
    expect(scopesWanted({ preset: 'publish', on })[0]?.actions).not.toContain('delete');
  });

  it.each([
    ['nothing', {}],
    ['both', { scopes: [{ actions: ['read'], on }], preset: 'ci' }],
    ['a place for scopes that have their own', { scopes: [{ actions: ['read'], on }], on }],
    ['a name and an id', { preset: 'ci', on: { ...on, repositoryId: crypto.randomUUID() } }],
    ['a package of no repository', { preset: 'ci', on: { kind: 'package', purl: 'pkg:npm/a' } }],
    ['a name that is none', { preset: 'ci', on: { kind: 'repository', repository: '../main' } }],
    ['no action', { scopes: [{ actions: [], on }] }],
    ['an unknown action', { scopes: [{ actions: ['fly'], on }] }],
    ['a pattern that is no purl', { preset: 'ci', on: { kind: 'pattern', organization: 'acme', purlPrefix: '%' } }],
  ])('are not %s', (_what, body) => {
    expect(() => scopesWanted(body)).toThrow(expect.objectContaining({ status: 400 }));
  });
});
