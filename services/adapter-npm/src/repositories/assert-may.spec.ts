import { randomUUID } from 'node:crypto';
import type { OrganizationId, PackagePurl, Principal, RepositoryId, Resource, Visibility } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { person, publisherOf } from '../../test/principals.js';
import { assertMay } from './assert-may.js';

const leftPad = 'pkg:npm/left-pad' as PackagePurl;
const repository = {
  organizationId: randomUUID() as OrganizationId,
  repositoryId: randomUUID() as RepositoryId,
  slug: 'main',
  kind: 'hosted' as const,
};

function packageOf(purl: string, visibility: Visibility): Resource {
  const { organizationId, repositoryId } = repository;
  return { kind: 'package', organizationId, repositoryId, visibility, purl: purl as PackagePurl };
}

function answerTo(principal: Principal, resource: Resource): string {
  try {
    assertMay(principal, 'publish', resource);
    return 'allowed';
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown';
  }
}

describe('a token of trusted publishers that does not publish', () => {
  const of = (...actions: Parameters<typeof publisherOf>[1]) =>
    publisherOf(leftPad, actions, { ...repository, visibility: 'public' });

  it('is told to stage where it may only stage (P8)', () => {
    const message = 'The trusted publisher of this job may only stage: use npm stage publish.';
    expect(answerTo(of('read', 'stage'), packageOf(leftPad, 'private'))).toBe(message);
    expect(answerTo(of('read', 'stage', 'publish'), packageOf(leftPad, 'private'))).toBe('allowed');
  });

  it('is told that it is for others where everybody may know of the package, and nothing of what is hidden (A6)', () => {
    expect(answerTo(of('read', 'publish'), packageOf('pkg:npm/other', 'public'))).toBe(
      'No trusted publisher of this job is for this package in this repository; the token is for others.',
    );
    expect(answerTo(of('read', 'publish'), packageOf('pkg:npm/other', 'private'))).toBe(
      'What you asked for was not found.',
    );
  });

  it('is told no more than anybody else where it has the package, but neither of these', () => {
    const refused = 'You are not allowed to do this.';
    expect(answerTo(of('read', 'yank'), packageOf(leftPad, 'public'))).toBe(refused);
    expect(answerTo(person(), packageOf(leftPad, 'public'))).toBe(refused);
  });
});
