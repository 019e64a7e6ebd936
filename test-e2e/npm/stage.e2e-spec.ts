import type { NpmClient, NpmToolId } from '@waybill/client-drivers';
import { mustSucceed, openNpmClient, outputOf } from '@waybill/client-drivers';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonWithToken } from '../people.js';
import { createPerson, signIn, withSession } from '../people.js';
import { unique } from '../registry.js';
import type { CiGround } from './ci-jobs.js';
import { makeLibrary, openJob, startCiGround, trust, versionsOf } from './ci-jobs.js';

let ground: CiGround;
let repository: string;
let alice: PersonWithToken;
let bob: PersonWithToken;

beforeAll(async () => {
  ground = await startCiGround();
  const { registry } = ground;
  repository = await registry.createRepository('private');
  [alice, bob] = [await createPerson(registry, 'alice'), await createPerson(registry, 'bob')];
  for (const { username } of [alice, bob]) {
    await registry.apiJson('POST', '/orgs/home/members', { username, role: 'admin' });
  }
});

afterAll(() => ground[Symbol.asyncDispose]());

/** How many people have to approve what is staged there. */
async function needApprovals(needed: number): Promise<void> {
  const path = `/repositories/${repository}/staging-policy`;
  const { headers } = await ground.registry.api('GET', path);
  const response = await fetch(`${ground.registry.url}/api/v1${path}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${ground.registry.token}`,
      'content-type': 'application/json',
      'if-match': headers.get('etag') ?? '*',
    },
    body: JSON.stringify({ approvals: needed, stagedOnly: false }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

async function openAs(
  { token }: { readonly token: string },
  id: NpmToolId = 'npm-12',
): Promise<NpmClient & AsyncDisposable> {
  const registryUrl = ground.registry.registryUrl(repository);
  const client = await openNpmClient(id, { registry: { registryUrl, alwaysAuth: true, token } });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.dispose() });
}

/** Staged by a CI that may do nothing else; answers the id. */
async function stageFromCi(name: string, id: NpmToolId = 'npm-12'): Promise<string> {
  const ci = ground.issuers['github-actions'];
  await trust(ground, ci, { name, repository, actions: ['stage'] });
  await using job = await openJob(ground, ci, id, { repository });
  const directory = await makeLibrary(job, name, '1.0.0');
  if (id === 'yarn-berry') mustSucceed(await job.install(directory));
  mustSucceed(await job.run(stageCommand[id] ?? [], directory));
  return await idOf(name);
}

const stageCommand: Partial<Record<NpmToolId, readonly string[]>> = {
  'npm-12': ['stage', 'publish'],
  'pnpm-12': ['stage', 'publish', '--no-git-checks'],
  'yarn-berry': ['npm', 'publish', '--staged'],
};

async function idOf(name: string): Promise<string> {
  await using client = await openAs(alice);
  const { stdout } = mustSucceed(await client.run(['stage', 'list', name, '--json']));
  const [item] = JSON.parse(stdout) as { id: string }[];
  return item?.id ?? '';
}

describe('npm stage', () => {
  it('is approved by two people, and installs', async () => {
    await needApprovals(2);
    const name = `@home/${unique('staged')}`;
    const id = await stageFromCi(name);
    expect(await versionsOf(ground, name, repository)).toEqual({});

    await using first = await openAs(alice);
    const viewed = outputOf(mustSucceed(await first.run(['stage', 'view', id])));
    expect(viewed).toContain(`package name: ${name}`);
    expect(viewed).toContain('acme/left-pad (trusted publisher)');
    mustSucceed(await first.run(['stage', 'download', id]));
    const once = outputOf(mustSucceed(await first.run(['stage', 'approve', id])));
    expect(once).toContain('approval 1 of 2');
    const again = await first.run(['stage', 'approve', id]);
    expect(again.exitCode).not.toBe(0);
    expect(await versionsOf(ground, name, repository)).toEqual({});

    await using second = await openAs(bob);
    mustSucceed(await second.run(['stage', 'approve', id]));
    expect(await versionsOf(ground, name, repository)).toMatchObject({
      '1.0.0': { _npmUser: { trustedPublisher: { id: 'github' }, approver: { name: bob.username } } },
    });
    const app = await second.box.writeProject('app', {
      name: 'app',
      version: '1.0.0',
      dependencies: { [name]: '1.0.0' },
    });
    mustSucceed(await second.install(app));
    await using pnpm = await openAs(bob, 'pnpm-12');
    const other = await pnpm.box.writeProject('app', {
      name: 'app',
      version: '1.0.0',
      dependencies: { [name]: '1.0.0' },
    });
    await pnpm.box.writeFile('work/app/pnpm-workspace.yaml', 'trustPolicy: no-downgrade\n');
    mustSucceed(await pnpm.install(other));
  });

  it('is nothing that its publisher approves (P8)', async () => {
    await needApprovals(1);
    const name = unique('own');
    await using publisher = await openAs(alice);
    mustSucceed(await publisher.run(['stage', 'publish'], await makeLibrary(publisher, name, '1.0.0')));
    const id = await idOf(name);
    const refused = await publisher.run(['stage', 'approve', id]);
    expect(refused.exitCode).not.toBe(0);
    await using other = await openAs(bob);
    mustSucceed(await other.run(['stage', 'approve', id]));
    expect(Object.keys(await versionsOf(ground, name, repository))).toEqual(['1.0.0']);
  });

  it('is rejected, and then is nothing that anybody sees', async () => {
    const name = unique('rejected');
    const id = await stageFromCi(name);
    await using reviewer = await openAs(alice);
    mustSucceed(await reviewer.run(['stage', 'reject', id]));
    expect((await reviewer.run(['stage', 'approve', id])).exitCode).not.toBe(0);
    expect(await versionsOf(ground, name, repository)).toEqual({});
  });

  it('asks who has a second factor for it (W7)', async () => {
    await needApprovals(1);
    const name = unique('otp');
    const id = await stageFromCi(name);
    const carol = await createPerson(ground.registry, 'carol');
    await ground.registry.apiJson('POST', '/orgs/home/members', { username: carol.username, role: 'admin' });
    const code = await enableTwoFactor(carol);
    await using approver = await openAs(carol);
    const refused = await approver.run(['stage', 'approve', id]);
    expect(outputOf(refused)).toContain('one-time password');
    expect(await versionsOf(ground, name, repository)).toEqual({});
    mustSucceed(await approver.run(['stage', 'approve', id, `--otp=${code()}`]));
    expect(Object.keys(await versionsOf(ground, name, repository))).toEqual(['1.0.0']);
  });

  it.each(['pnpm-12', 'yarn-berry'] as const)('is what %s does, too', async (client) => {
    await needApprovals(1);
    const name = unique('staged');
    const id = await stageFromCi(name, client);
    await using approver = await openAs(bob, client);
    const approve = client === 'yarn-berry' ? ['npm', 'stage', 'approve', id] : ['stage', 'approve', id];
    mustSucceed(await approver.run(approve));
    expect(Object.keys(await versionsOf(ground, name, repository))).toEqual(['1.0.0']);
  });
});

/** Answers what gives a code that was not used yet. */
async function enableTwoFactor({ username, password }: PersonWithToken): Promise<() => string> {
  const session = await signIn(ground.registry, { username, password });
  const begun = await withSession<{ secret: string }>(ground.registry, session, {
    method: 'POST',
    path: '/account/two-factor',
  });
  const totp = new TOTP({ secret: Secret.fromBase32(begun.secret) });
  await withSession(ground.registry, session, {
    method: 'POST',
    path: '/account/two-factor/confirm',
    body: { code: totp.generate() },
  });
  // Each code is accepted once; one of the next step is accepted already.
  return () => totp.generate({ timestamp: Date.now() + 30_000 });
}
