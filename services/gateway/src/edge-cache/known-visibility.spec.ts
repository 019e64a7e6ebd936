import type { OrganizationId, PackagePurl, RepositoryId, Resource, Visibility } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { KnownVisibility } from './known-visibility.js';

const place = { organizationId: 'o' as OrganizationId, repositoryId: 'r' as RepositoryId };
const purl = 'pkg:toy/bear' as PackagePurl;
const repository = (visibility: Visibility): Resource => ({ kind: 'repository', ...place, visibility });
const bear = (visibility: Visibility): Resource => ({ kind: 'package', ...place, purl, visibility });
const ofRepository = (visibility: Visibility, aggregateVersion = 1) => ({
  repositoryId: place.repositoryId,
  visibility,
  aggregateVersion,
});
const ofBear = (visibility: Visibility | null, aggregateVersion = 1) => ({
  ...ofRepository('private', aggregateVersion),
  packagePurl: purl,
  visibility,
});

describe('what a gateway knows of who may see a package (A9)', () => {
  it('narrows what its service says, and leaves other packages and the repository alone', () => {
    const known = new KnownVisibility();
    known.learnOfPackage(ofBear('private'));
    expect(known.now(bear('public'))).toEqual(bear('private'));
    expect(known.now(repository('public'))).toEqual(repository('public'));
    const wolf = { ...bear('public'), purl: 'pkg:toy/wolf' as PackagePurl };
    expect(known.now(wolf)).toEqual(wolf);
  });

  it('never makes a private package wider because its repository became public', () => {
    const known = new KnownVisibility();
    known.learn(ofRepository('public'));
    expect(known.now(bear('private'))).toEqual(bear('private'));
    expect(known.now(repository('private'))).toEqual(repository('public'));
    known.learn(ofRepository('internal', 2));
    expect(known.now(bear('public'))).toEqual(bear('internal'));
    known.learnOfPackage(ofBear('unlisted'));
    expect(known.now(bear('public'))).toEqual(bear('private'));
  });

  it('is no longer narrower than its service once the package said so, whatever older news comes late', () => {
    const known = new KnownVisibility();
    expect(known.learnOfPackage(ofBear('private', 2))).toBe(true);
    expect(known.learnOfPackage(ofBear(null, 1))).toBe(false);
    expect(known.now(bear('public'))).toEqual(bear('private'));
    expect(known.learnOfPackage(ofBear(null, 3))).toBe(true);
    expect(known.now(bear('public'))).toEqual(bear('public'));
    known.learnOfPackage(ofBear('private', 4));
    known.forget();
    expect(known.now(bear('public'))).toEqual(bear('public'));
  });
});
