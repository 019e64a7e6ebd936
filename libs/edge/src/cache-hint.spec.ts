import { describe, expect, it } from 'vitest';
import type { RepositoryId } from '@waybill/domain';
import { cacheable, cacheHintOf } from './cache-hint.js';
import { bindResolvedResource } from './edge-context.js';

const resource = {
  kind: 'repository',
  organizationId: '0192f0c1-2222-7000-8000-000000000001',
  repositoryId: '0192f0c1-2222-7000-8000-000000000002' as RepositoryId,
  visibility: 'private',
} as never;

describe('answers that gateways may keep', () => {
  it('name the resource that was authorized, never one that the handler says', () => {
    const raw = {};
    bindResolvedResource(raw, resource, 'read');
    cacheable({ raw } as never, { tags: ['toy/a'] });
    expect(cacheHintOf(raw)).toEqual({ tags: ['toy/a'], resource, immutable: false });
  });

  it('are only those that whoever may read may have (A9)', () => {
    const raw = {};
    bindResolvedResource(raw, resource, 'manage-access');
    expect(() => {
      cacheable({ raw } as never, { tags: ['toy/a'] });
    }).toThrow(/may be kept/);
    expect(cacheHintOf(raw)).toBeUndefined();
  });
});
