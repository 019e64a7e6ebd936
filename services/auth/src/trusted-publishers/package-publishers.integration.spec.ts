import { addPackagePublisher, listPackagePublishers, removePackagePublisher } from '@waybill/contracts';
import type { PackagePurl, Principal, PublisherId } from '@waybill/domain';
import { fromGithub } from '@waybill/trusted-publishing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { githubIssuer, PublishersGround, releaseWorkflow, type Repository } from '../../test/publishers-ground.js';

let ground: PublishersGround;
let home: Repository;
let admin: Principal;
const leftPad = 'pkg:npm/left-pad' as PackagePurl;

beforeAll(async () => {
  ground = await PublishersGround.start();
  home = await ground.repository('home');
  admin = await ground.auth.principal(ground.auth.admin);
});

afterAll(async () => {
  await ground.auth.stop();
});

const onPackage = (principal = admin, packagePurl = leftPad) => ({
  principal,
  repositoryId: home.repositoryId,
  packagePurl,
});
function wanted(changes: object = {}) {
  const { provider, issuer, ...rule } = fromGithub(releaseWorkflow);
  return { provider, issuer, rule, actions: ['publish' as const], ...changes };
}
const add = (on = onPackage(), publisher = wanted()) =>
  ground.auth.ask(addPackagePublisher, { ...on, publisher, requestId: 'r' });
const list = async (on = onPackage()) => ground.auth.ask(listPackagePublishers, on);
const remove = (publisherId: PublisherId, on = onPackage()) =>
  ground.auth.ask(removePackagePublisher, { ...on, publisherId, requestId: 'r' });

describe('trusted publishers as native clients see them', () => {
  it('are added to a package, listed with the issuers that there are, and removed', async () => {
    const { publisher } = await add();
    expect(publisher).toMatchObject({ provider: 'github-actions', issuer: githubIssuer, actions: ['publish'] });
    expect(publisher.rule).toMatchObject(fromGithub(releaseWorkflow));
    const listed = await list();
    expect(listed.publishers).toEqual([publisher]);
    expect(listed.issuers).toContainEqual({ url: githubIssuer, provider: 'github-actions', from: 'built-in' });
    expect((await list(onPackage(admin, 'pkg:npm/other' as PackagePurl))).publishers).toEqual([]);
    await expect(add()).rejects.toMatchObject({ code: 'trusted-publisher.exists' });
    await remove(publisher.publisherId);
    expect((await list()).publishers).toEqual([]);
    expect(await ground.auth.audit(`trusted-publisher:${publisher.publisherId}`)).toEqual([
      'trusted-publisher.create',
      'trusted-publisher.delete',
    ]);
  });

  it('are those of this package alone: others, and patterns that reach it, are not theirs to show or remove (A3)', async () => {
    const pattern = await ground.registered({ on: { repository: 'home', pattern: 'npm/*' }, environment: 'pattern' });
    const { publisher } = await add(onPackage(admin, 'pkg:npm/other' as PackagePurl));
    expect((await list()).publishers).toEqual([]);
    for (const id of [pattern, publisher.publisherId]) {
      await expect(remove(id)).rejects.toMatchObject({ code: 'trusted-publisher.not-found' });
      expect(await ground.isThere(id)).toBe(true);
    }
  });

  it('are for who manages the package, and are rules that no stranger meets (T9, A8)', async () => {
    const reader = await ground.grants.member('rita');
    const principal = await ground.auth.principal(reader.session);
    await expect(list(onPackage(principal))).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(add(onPackage(principal))).rejects.toMatchObject({ kind: 'forbidden' });
    const stranger = await ground.auth.principal((await ground.auth.person('sam')).session);
    await expect(list(onPackage(stranger))).rejects.toMatchObject({ kind: 'not-found', code: 'not-found' });
    const events = { ...wanted().rule, events: ['pull_request_target'] };
    await expect(add(onPackage(), wanted({ rule: events }))).rejects.toMatchObject({
      code: 'trusted-publisher.untrusted-event',
    });
    await expect(add(onPackage(), wanted({ actions: ['admin'] }))).rejects.toMatchObject({ kind: 'invalid' });
    await expect(add(onPackage(), wanted({ issuer: 'https://other.example' }))).rejects.toMatchObject({
      kind: 'invalid',
    });
  });
});
