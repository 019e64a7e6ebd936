import type { UserId } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import type { Api } from './api.js';
import { heldFiles, publishPackage } from './npm-package.js';
import { createWhenKnown, type Ground, type Person } from './people.js';

/** Things of which there are many: one of each, that somebody might like to know of. */
export interface Things {
  readonly packageName: string;
  readonly owner: { readonly username: string; readonly userId: UserId };
  readonly tokenId: string;
  readonly grantId: string;
  readonly teamName: string;
  readonly heldName: string;
  readonly heldReleaseId: string;
  readonly stagedName: string;
  /** Staged by the owner. */
  readonly stagedReleaseId: string;
  /** For the package in each repository. */
  readonly publisherId: string;
  /** In the held release. */
  readonly findingId: string;
  readonly namespaceId: string;
  readonly transferId: string;
  readonly webhookId: string;
  /** Of each repository, by its slug. */
  readonly deployTokenIds: Readonly<Record<string, string>>;
}

export const packageName = 'kept-from-others';
const heldName = 'held-from-others';
const stagedName = 'staged-from-others';

/** What there has to be before people are given something on it. */
export async function publishPackages(api: Api, { secret, open }: Ground, token: string): Promise<void> {
  for (const { slug } of [secret, open]) await publishPackage(api, { slug, name: packageName, token });
  await publishPackage(api, { slug: secret.slug, name: heldName, token, files: heldFiles });
}

export async function makeThings(api: Api, ground: Ground, people: readonly Person[], admin: string): Promise<Things> {
  const { acme, receiving, secret } = ground;
  const owner = people.find(({ name }) => name === 'owner');
  const token = owner?.token;
  if (owner?.principal?.kind !== 'token' || token === undefined) throw new Error('no owner');
  async function idOf(method: string, target: string, body?: object): Promise<string> {
    const made = await api.must({ method, target, token, ...(body === undefined ? {} : { body }) });
    const id = made['id'] ?? made['namespaceId'] ?? made['transferId'];
    if (typeof id !== 'string') throw new Error(`${target} names no id: ${JSON.stringify(made)}`);
    return id;
  }
  async function firstOf<Item>(target: string, asks: string | undefined = token): Promise<Item> {
    const { items } = await api.must<{ items: Item[] }>({ method: 'GET', target, token: asks });
    const [first] = items;
    if (first === undefined) throw new Error(`${target} is empty.`);
    return first;
  }
  const moving = await createWhenKnown(api, token, {
    slug: 'on-its-way',
    organization: acme.name,
    visibility: 'private',
  });
  const { releaseId } = await eventually(() => firstOf<{ releaseId: string }>('/api/v1/held-releases', admin));
  await publishPackage(api, { slug: secret.slug, name: stagedName, token, stages: true });
  const on = [secret, ground.open].map(({ slug }) => ({ repository: slug, package: `pkg:npm/${packageName}` }));
  const github = { owner: 'acme', repository: 'of-the-matrix', workflow: 'release.yml' };
  await api.must({
    method: 'PUT',
    target: `/api/v1/source-repositories/github/acme/of-the-matrix?org=${acme.name}&host=github.com`,
    token,
    body: { visibility: 'private', people: [] },
  });
  return {
    packageName,
    owner: { username: owner.username, userId: owner.principal.userId },
    tokenId: (await firstOf<{ id: string }>('/api/v1/tokens')).id,
    grantId: (await firstOf<{ id: string }>(`/api/v1/orgs/${acme.name}/grants`)).id,
    teamName: 'crew',
    heldName,
    heldReleaseId: releaseId,
    stagedName,
    stagedReleaseId: (await firstOf<{ releaseId: string }>('/api/v1/staged-releases')).releaseId,
    publisherId: await idOf('POST', `/api/v1/orgs/${acme.name}/trusted-publishers`, { github, on }),
    findingId: (await firstOf<{ findingId: string }>('/api/v1/findings', admin)).findingId,
    namespaceId: await idOf('POST', '/api/v1/namespaces', {
      organization: acme.name,
      ecosystem: 'npm',
      kind: 'scope',
      pattern: '@acme-of-the-matrix',
    }),
    transferId: await idOf('POST', `/api/v1/repositories/${moving.slug}/transfer`, { to: receiving.name }),
    deployTokenIds: Object.fromEntries(
      await Promise.all(
        [secret, ground.open].map(async ({ slug }) => {
          const body = { repository: slug, description: 'of the matrix', actions: ['read'] };
          return [slug, await idOf('POST', '/api/v1/deploy-tokens', body)] as const;
        }),
      ),
    ),
    webhookId: await eventually(() =>
      idOf('POST', `/api/v1/webhooks?repository=${secret.slug}`, { url: 'https://webhooks.example/matrix' }),
    ),
  };
}
