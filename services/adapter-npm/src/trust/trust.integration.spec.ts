import { randomUUID } from 'node:crypto';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import {
  addPackagePublisher,
  listPackagePublishers,
  removePackagePublisher,
  repositoryCreated,
} from '@waybill/contracts';
import type { PublisherId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { fromForgejo } from '@waybill/trusted-publishing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import { adminOf, memberOf, provenAt, readerOf } from '../../test/principals.js';
import { startAdapter, type RunningAdapter } from '../../test/running-adapter.js';

type Listed = ReplyOf<typeof listPackagePublishers>;

const github = {
  type: 'github',
  claims: { repository: 'acme/left-pad', workflow_ref: { file: 'release.yml' }, environment: 'npm' },
  permissions: ['createPackage', 'createStagedPackage'],
};
const gitlab = {
  type: 'gitlab',
  claims: { project_path: 'acme/left-pad', ci_config_ref_uri: { file: '.gitlab-ci.yml' } },
  permissions: ['createStagedPackage'],
};
const circleci = {
  type: 'circleci',
  claims: {
    'oidc.circleci.com/org-id': '3c1a7c32-5a55-4a5c-9d0a-0f4f6e2a5e11',
    'oidc.circleci.com/project-id': '8d2f2f8c-7f0e-4c0b-9f64-5b7ad8a0b0c2',
    'oidc.circleci.com/pipeline-definition-id': '5b0a4ad5-3a5d-4c22-9b83-6a1f4a3c8a77',
    'oidc.circleci.com/vcs-origin': 'github.com/acme/left-pad',
  },
  permissions: ['createPackage'],
};

let adapter: RunningAdapter;
let publishers: Listed['publishers'];
let issuers: Listed['issuers'];
let asked: { packagePurl: string; repositoryId: string }[];

beforeAll(async () => {
  adapter = await startAdapter();
  for (const repository of Object.values(adapter.repositories)) {
    await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
  }
  answering(adapter.operator, listPackagePublishers, () => ({ publishers, issuers }));
  answering(adapter.operator, addPackagePublisher, ({ publisher, ...on }: RequestOf<typeof addPackagePublisher>) => {
    asked.push(on);
    const added = { ...publisher, publisherId: randomUUID() as PublisherId };
    publishers.push(added);
    return { publisher: added };
  });
  answering(adapter.operator, removePackagePublisher, ({ publisherId }: RequestOf<typeof removePackagePublisher>) => {
    const index = publishers.findIndex((known) => known.publisherId === publisherId);
    if (index < 0) throw new DomainError('not-found', 'trusted-publisher.not-found', 'There is no such publisher.');
    publishers.splice(index, 1);
    return {};
  });
  await eventually(async () => {
    const answer = await call('GET', memberOf(adapter.repositories.private));
    if (answer.status !== 403) throw new Error(`secret is ${String(answer.status)}`);
  });
});

beforeEach(() => {
  publishers = [];
  issuers = [];
  asked = [];
});

afterAll(() => adapter.stop());

function call(method: string, principal = provenAt(adminOf(adapter.repositories.private)), json?: unknown, id = '') {
  const target = `/npm/secret/-/package/@acme%2fleft-pad/trust${id}`;
  return adapter.call(target, { method, principal, ...(json === undefined ? {} : { json }) });
}

describe('npm trust', () => {
  it.each([github, gitlab, circleci])('adds, lists and revokes a publisher of $type', async (sent) => {
    const added = await call('POST', undefined, [sent]);
    expect(added.status).toBe(201);
    expect(added.headers['npm-notice']).toContain(publishers[0]?.issuer);
    const [known] = publishers;
    const shown = { id: known?.publisherId, ...sent, issuer: known?.issuer };
    expect(added.json()).toEqual([shown]);
    const listed = await call('GET');
    expect(listed.json()).toEqual([shown]);
    expect(listed.headers['cache-control']).toContain('private');
    expect((await call('DELETE', undefined, undefined, `/${known?.publisherId ?? ''}`)).status).toBe(204);
    expect((await call('GET')).json()).toEqual([]);
  });

  it('asks auth for what npm means', async () => {
    await call('POST', undefined, [gitlab]);
    expect(asked).toMatchObject([
      { packagePurl: 'pkg:npm/%40acme/left-pad', repositoryId: adapter.repositories.private.repositoryId },
    ]);
    expect(publishers).toMatchObject([
      {
        provider: 'gitlab-ci',
        issuer: 'https://gitlab.com',
        actions: ['stage'],
        rule: { conditions: [{ claim: 'project_path', is: 'acme/left-pad' }, {}, {}] },
      },
    ]);
    const { permissions: _, ...old } = github;
    await call('POST', undefined, [old]);
    expect(publishers[1]).toMatchObject({ actions: ['publish'], rule: { environment: 'npm' } });
  });

  it('trusts the issuer that was registered, and says so', async () => {
    const url = 'https://gitlab.acme.example';
    issuers = [
      { url: 'https://gitlab.com', provider: 'gitlab-ci', from: 'built-in' },
      { url, provider: 'gitlab-ci', from: 'organization' },
    ];
    const added = await call('POST', undefined, [gitlab]);
    expect(added.headers['npm-notice']).toMatch(/tokens of https:\/\/gitlab\.acme\.example\. It names no environment/);
    expect(publishers).toMatchObject([{ issuer: url, rule: { issuer: url } }]);
    issuers.push({ url: 'https://git.acme.example', provider: 'gitlab-ci', from: 'installation' });
    const refused = await call('POST', undefined, [gitlab]);
    expect([refused.status, refused.json()['code']]).toEqual([409, 'trusted-publisher.issuer-ambiguous']);
    expect(publishers).toHaveLength(1);
  });

  it('lists publishers of providers that npm has no words for, so that they can be revoked', async () => {
    const issuer = 'https://codeberg.org/api/actions';
    const words = { issuer, owner: 'acme', repository: 'left-pad', workflow: 'release.yml' };
    const { provider, ...rule } = fromForgejo(words);
    const publisherId = randomUUID() as PublisherId;
    publishers = [{ publisherId, provider, issuer, rule, actions: ['publish', 'yank'] }];
    expect((await call('GET')).json()).toEqual([
      { id: publisherId, type: 'forgejo-actions', claims: {}, permissions: ['createPackage'], issuer },
    ]);
  });

  it.each([{}, [], [github, gitlab], [{ ...github, type: 'gitea' }], [{ ...github, permissions: ['deletePackage'] }]])(
    'refuses %j without asking anybody',
    async (sent) => {
      const answer = await call('POST', undefined, sent);
      expect([answer.status, answer.json()['code']]).toEqual([400, 'trusted-publisher.malformed']);
      expect(asked).toEqual([]);
    },
  );

  it('is for those who manage access, and tells strangers nothing (A1, A6)', async () => {
    const { private: secret, public: main } = adapter.repositories;
    for (const [method, json] of [['GET'], ['POST', [github]], ['DELETE', undefined]] as const) {
      const id = method === 'DELETE' ? `/${randomUUID()}` : '';
      const status = async (principal: Parameters<typeof call>[1]) => (await call(method, principal, json, id)).status;
      expect(await status(memberOf(secret))).toBe(403);
      expect(await status(readerOf(secret))).toBe(403);
      expect(await status(provenAt(adminOf(main)))).toBe(404);
      expect(await status({ kind: 'anonymous' })).toBe(401);
    }
    expect(asked).toEqual([]);
  });

  it('asks a person at a browser to prove that it is them (W7)', async () => {
    const answer = await call('POST', adminOf(adapter.repositories.private), [github]);
    expect([answer.status, answer.json()['code']]).toEqual([403, 'auth.step-up-required']);
  });

  it('answers 404 for an id that is none, or not of this package (A3)', async () => {
    for (const id of ['/x', `/${randomUUID()}`]) {
      const answer = await call('DELETE', undefined, undefined, id);
      expect([answer.status, answer.json()['code']]).toEqual([404, 'trusted-publisher.not-found']);
    }
  });
});
