import type { RepositoryVisibility } from '@waybill/contracts';
import { repositoryVisibilitySubject } from '@waybill/contracts';
import type { OrganizationId, PackagePurl } from '@waybill/domain';
import type { GatewayNews } from '@waybill/edge';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asking, credentialOf } from '../../test/asking.js';
import { anotherToken, newPerson } from '../../test/people.js';
import type { RunningGateway } from '../../test/running-gateway.js';
import { shelf, shelfRepository } from '../../test/toy-shelf.js';
import { startTwoGateways, type TwoGateways } from '../../test/two-gateways.js';

let two: TwoGateways;
let gateway: RunningGateway;
let other: RunningGateway;
let publish: GatewayNews;

beforeAll(async () => {
  two = await startTwoGateways('publish');
  ({ gateway, other, news: publish } = two);
});

beforeEach(() => {
  two.forget();
  shelf.set('bear', { text: 'a bear' });
});

afterAll(() => two.stop());

const ask = asking(() => gateway);

async function becomes(news: Partial<RepositoryVisibility>, aggregateVersion = 2): Promise<void> {
  const { repositoryId, organizationId } = shelfRepository;
  const told = { repositoryId, organizationId, visibility: 'public', aggregateVersion, ...news };
  expect(await publish.tellAll(repositoryVisibilitySubject, told)).toBe(true);
}

function memberOf(organizationId: OrganizationId): Record<string, string> {
  const { principal } = newPerson(gateway);
  if (principal.kind !== 'token') throw new Error('no token');
  const token = anotherToken(gateway, {
    ...principal,
    scopes: [{ actions: ['read'], on: { kind: 'everything' } }],
    grants: [{ kind: 'organization', organizationId, role: 'member' }],
  });
  return { authorization: `Bearer ${token}` };
}

describe('a repository that is deleted', () => {
  it('is as if it did not exist at every gateway once they have confirmed, to who may read everything as well (A6, A9)', async () => {
    const { digest } = await gateway.store.put(Buffer.from('a file'));
    shelf.set('file', { blob: { digest, sizeBytes: 6, mediaType: 'application/octet-stream' } });
    shelf.set('wolf', { text: 'a wolf', purl: 'pkg:toy/wolf' as PackagePurl });
    const paths = ['/toy/shelf/bear', '/toy/shelf/wolf', '/toy/shelf/nothing', '/toy/files-of/file'];
    const reader = credentialOf(gateway, true);
    for (const from of [gateway, other]) for (const path of paths) await ask(path, reader, { from });
    await becomes({ deleted: true });
    for (const from of [gateway, other]) {
      for (const path of paths) {
        expect((await ask(path, reader, { from })).status).toBe(404);
        const refused = await ask(path, {}, { from });
        expect(refused.status).toBe(401);
        expect(refused.text).not.toContain('bear');
      }
    }
  });

  it('is given again when it is restored', async () => {
    await becomes({ deleted: true }, 2);
    expect((await ask('/toy/shelf/bear')).status).toBe(401);
    await becomes({ deleted: false }, 3);
    expect(await ask('/toy/shelf/bear')).toMatchObject({ status: 200, text: 'a bear' });
    await becomes({ deleted: true }, 2);
    expect((await ask('/toy/shelf/bear')).status).toBe(200);
  });
});

describe('a private repository that is transferred', () => {
  it('is read by the members of its new organization and by no others, though its service does not know yet (A1, A9)', async () => {
    const to = '0192f0c1-2222-7000-8000-0000000000aa' as OrganizationId;
    const [before, after] = [memberOf(shelfRepository.organizationId), memberOf(to)];
    shelf.set('bear', { text: 'a bear', visibility: 'private' });
    shelf.set('wolf', { text: 'a wolf', visibility: 'private', purl: 'pkg:toy/wolf' as PackagePurl });
    for (const path of ['/toy/shelf/bear', '/toy/shelf/wolf']) {
      for (const from of [gateway, other]) expect((await ask(path, before, { from })).status).toBe(200);
    }
    await becomes({ visibility: 'private', organizationId: to });
    for (const path of ['/toy/shelf/bear', '/toy/shelf/wolf']) {
      for (const from of [gateway, other]) expect((await ask(path, before, { from })).status).toBe(404);
    }
    // The toy goes by what it knows; an adapter knows as soon as it has heard.
    shelfRepository.organizationId = to;
    for (const from of [gateway, other]) expect((await ask('/toy/shelf/wolf', after, { from })).status).toBe(200);
  });
});
