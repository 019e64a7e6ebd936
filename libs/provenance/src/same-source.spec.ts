import type { ReleasePath, VerifiedProvenance } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { differencesOfSource } from './same-source.js';

const path: ReleasePath = {
  provider: 'github-actions',
  issuer: 'https://token.actions.githubusercontent.com',
  repository: 'acme/left-pad',
  repositoryId: '74',
  repositoryUrl: 'https://github.com/acme/left-pad',
  ownerId: '65',
  workflow: '.github/workflows/release.yml',
  ref: 'refs/tags/v1',
  commit: 'a'.repeat(40),
};

const provenance: VerifiedProvenance = {
  predicateType: 'https://slsa.dev/provenance/v1',
  issuer: 'https://token.actions.githubusercontent.com',
  identity: 'https://github.com/acme/left-pad/.github/workflows/release.yml@refs/tags/v1',
  repositoryUrl: 'https://github.com/acme/left-pad',
  repositoryId: '74',
  ownerId: '65',
  workflow: '.github/workflows/release.yml',
  ref: 'refs/tags/v1',
  commit: 'a'.repeat(40),
  signedAt: '2026-11-22T00:00:00.000Z',
};

const whats = (of: Partial<VerifiedProvenance>, on: Partial<ReleasePath> = {}) =>
  differencesOfSource({ ...provenance, ...of }, { ...path, ...on }).map(({ what }) => what);

/** Without one of its parts. */
function without<Of extends object>(of: Of, ...keys: (keyof Of)[]): Of {
  return Object.fromEntries(Object.entries(of).filter(([key]) => !keys.includes(key as keyof Of))) as Of;
}

describe('the source that provenance names', () => {
  it('is that of the token where all that both say is equal', () => {
    expect(whats({})).toEqual([]);
    expect(differencesOfSource(without(provenance, 'ownerId', 'workflow', 'ref', 'commit'), path)).toEqual([]);
    expect(differencesOfSource(provenance, without(path, 'ownerId', 'workflow', 'ref', 'commit'))).toEqual([]);
  });

  it('is another one where anything differs', () => {
    expect(whats({ issuer: 'https://token.actions.githubusercontent.com/acme' })).toEqual(['issuer']);
    expect(whats({ repositoryId: '75' })).toEqual(['repository']);
    expect(whats({ ownerId: '66', commit: 'b'.repeat(40) })).toEqual(['owner', 'commit']);
    expect(whats({ workflow: '.github/workflows/Release.yml', ref: 'refs/tags/V1' })).toEqual(['workflow', 'ref']);
  });

  it('is told by the address of the repository where ids are missing, however it is written (T8)', () => {
    const nameless = without(provenance, 'repositoryId');
    expect(differencesOfSource(nameless, path)).toEqual([]);
    const spelled = { ...path, repositoryUrl: 'git+https://github.com/Acme/left-pad.git' };
    expect(differencesOfSource(nameless, spelled)).toEqual([]);
    const other = { ...path, repositoryUrl: 'https://github.com/acme/left-pad-2' };
    expect(differencesOfSource(nameless, other).map(({ what }) => what)).toEqual(['repository']);
  });

  it('is not taken for the same where nobody says which repository it is', () => {
    const signedByPerson = without(provenance, 'repositoryId', 'repositoryUrl', 'ownerId', 'workflow', 'ref', 'commit');
    expect(differencesOfSource(signedByPerson, path)).toEqual([
      { what: 'repository', provenance: undefined, path: 'https://github.com/acme/left-pad' },
    ]);
  });

  it('may come from either issuer of CircleCI, which one job may choose, and compares no pipelines with files', () => {
    const circle = { provider: 'circleci', issuer: 'https://oidc.circleci.com/org/65', workflow: 'a-pipeline' };
    expect(whats({ issuer: 'https://oidc.circleci.com' }, circle)).toEqual([]);
    expect(whats({ issuer: 'https://oidc.circleci.com/org/66' }, circle)).toEqual(['issuer']);
    expect(whats({ issuer: 'https://oidc.circleci.co' }, circle)).toEqual(['issuer']);
  });
});
