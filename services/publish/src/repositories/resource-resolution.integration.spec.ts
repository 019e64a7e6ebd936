import { randomUUID } from 'node:crypto';
import { organizationUsage, resolveResource } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

describe('other services', () => {
  it('are told what a repository and a package in it are, and what an organization owns', async () => {
    const organizationId = randomUUID() as OrganizationId;
    const repository = await publish.repository('private', organizationId);
    const { slug, repositoryId } = repository;
    const known = { organizationId, repositoryId, visibility: 'private' };
    const ask = (wanted: object) => publish.ask(resolveResource, { repository: slug, ...wanted });
    expect(await ask({})).toEqual({ resource: known });
    const packagePurl = 'pkg:npm/never-published';
    expect(await ask({ packagePurl, organizationId })).toEqual({ resource: { ...known, packagePurl } });
    expect(await ask({ organizationId: randomUUID() })).toEqual({ resource: null });
    await publish.published({ repository, by: memberOf(organizationId) });
    expect(await publish.ask(organizationUsage, { organizationId })).toEqual({ repositories: 1, packages: 1 });
    const nobody = { organizationId: randomUUID() as OrganizationId };
    expect(await publish.ask(organizationUsage, nobody)).toEqual({ repositories: 0, packages: 0 });
  });
});
