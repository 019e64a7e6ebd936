import 'reflect-metadata';
import type { ReleaseFacts } from '@waybill/contracts';
import type { Finding } from '@waybill/domain';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { HeldReleasesQuery, listedViewOf, ReviewBody, viewOf } from './held-releases.schema.js';

function problems(type: new () => object, plain: object): string[] {
  const instance = plainToInstance(type, plain);
  return validateSync(instance, { whitelist: true, forbidNonWhitelisted: true }).map(({ property }) => property);
}

describe('the query of the list', () => {
  it('is 50 from the start when nothing is asked for', () => {
    expect(plainToInstance(HeldReleasesQuery, {})).toMatchObject({ limit: 50 });
    expect(problems(HeldReleasesQuery, {})).toEqual([]);
  });

  it('takes a number as text, and the cursor of a page', () => {
    const query = { limit: '7', cursor: 'WyIwYjZmMGEzYyJd' };
    expect(plainToInstance(HeldReleasesQuery, query)).toMatchObject({ limit: 7 });
    expect(problems(HeldReleasesQuery, query)).toEqual([]);
  });

  it.each([{ limit: '0' }, { limit: '101' }, { limit: '1.5' }, { limit: 'many' }, { limit: ['1', '2'] }])(
    'refuses %j',
    (query) => {
      expect(problems(HeldReleasesQuery, query)).toEqual(['limit']);
    },
  );

  it('refuses what is no cursor, and what it does not know', () => {
    expect(problems(HeldReleasesQuery, { cursor: ['a', 'b'] })).toEqual(['cursor']);
    expect(problems(HeldReleasesQuery, { state: 'published' })).toEqual(['state']);
  });
});

describe('the body of a review', () => {
  it('has a reason of 1 to 1000 characters and nothing else', () => {
    expect(problems(ReviewBody, { reason: 'x'.repeat(1000) })).toEqual([]);
    for (const reason of [undefined, '', 'x'.repeat(1001), 7, ['x'], null]) {
      expect(problems(ReviewBody, { reason })).toEqual(['reason']);
    }
    expect(problems(ReviewBody, { reason: 'fine', verdict: 'published' })).toEqual(['verdict']);
  });
});

describe('the view of a release', () => {
  const alone = { predecessor: null, changes: [] };
  const reason: Finding = { rule: 'P11', code: 'secret.npm-token', level: 'hold', message: 'There is a token in it.' };
  const release = {
    releaseId: 'an id',
    purl: 'pkg:npm/left-pad@1.0.0',
    repository: { slug: 'main', organizationId: 'hidden' },
    version: '1.0.0',
    state: 'held',
    metadata: { kind: 'inline', json: { readme: 'long' } },
    tags: ['latest'],
    artifacts: [{ filename: 'left-pad-1.0.0.tgz' }],
    publishedBy: { actor: 'user:1', username: 'alice' },
    submittedAt: '2026-01-01T00:00:00.000Z',
    reasons: Array.from({ length: 30 }, () => reason),
  } as unknown as ReleaseFacts;

  it('names the repository and the publisher in words, and says null when it is not settled', () => {
    expect(viewOf(release, alone)).toMatchObject({ repository: 'main', publishedBy: 'alice', settledAt: null });
    expect(viewOf({ ...release, settledAt: '2026-01-02T00:00:00.000Z' }, alone)).toMatchObject({
      settledAt: '2026-01-02T00:00:00.000Z',
    });
  });

  it('shows every reason and every file, and no metadata', () => {
    expect(viewOf(release, alone).reasons).toHaveLength(30);
    expect(viewOf(release, alone).artifacts).toHaveLength(1);
    expect(Object.keys(viewOf(release, alone))).not.toContain('metadata');
  });

  it('is short in a list: some reasons and how many there are, no files', () => {
    const listed = listedViewOf(release);
    expect(listed).toMatchObject({ reasonCount: 30 });
    expect(listed.reasons).toHaveLength(20);
    expect(Object.keys(listed)).not.toContain('artifacts');
  });
});
