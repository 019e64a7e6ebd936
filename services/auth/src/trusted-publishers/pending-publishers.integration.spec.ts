import type { PackagePurl, PublisherId } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../../test/auth-conversation.js';
import {
  claimsOf,
  githubIssuer,
  publishersPath,
  PublishersGround,
  type Repository,
} from '../../test/publishers-ground.js';
import { PendingPublishersTurn } from './pending-publishers.turn.js';

let ground: PublishersGround;
let home: Repository;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  ground = await PublishersGround.start();
  home = await ground.repository('home');
  ada = await ground.grants.member('ada', 'admin');
  bob = await ground.grants.member('bob', 'admin');
});

afterAll(async () => {
  await ground.auth.stop();
});

async function registeredBy(person: Person, purl: string, environment = 'release'): Promise<PublisherId> {
  const made = await ground.register({ on: { repository: 'home', package: purl }, environment }, person.session);
  expect([made.status, made.json['on']]).toMatchObject([201, [{ pending: true }]]);
  return String(made.json['id']) as PublisherId;
}

async function targetOf(id: PublisherId): Promise<unknown> {
  const { json } = await ground.auth.http('GET', `${publishersPath}/${id}`, { as: ground.auth.admin });
  return (json['on'] as unknown[] | undefined)?.[0];
}

const isEstablished = (id: PublisherId) =>
  eventually(async () => expect(await targetOf(id)).toMatchObject({ pending: false, expiresAt: null }));
const hasEnded = (id: PublisherId) => eventually(async () => expect(await ground.isThere(id)).toBe(false));
const endsExpired = () => ground.auth.get(PendingPublishersTurn, { strict: false }).take();

describe('trusted publishers of a package that there is not', () => {
  it('are like any others once it was published by one of them; those of others end', async () => {
    const purl = 'pkg:npm/first' as PackagePurl;
    const mine = await registeredBy(ada, purl);
    const mineToo = await registeredBy(ada, purl, 'other');
    const theirs = await registeredBy(bob, purl, 'theirs');
    await ground.publishes(home, purl, { publisherId: mine });
    await isEstablished(mine);
    await isEstablished(mineToo);
    await hasEnded(theirs);
    expect(await ground.auth.audit(`trusted-publisher:${theirs}`)).toEqual([
      'trusted-publisher.create',
      'trusted-publisher.delete',
    ]);
  });

  it('stay when it is their own person who publishes it by hand', async () => {
    const purl = 'pkg:npm/by-hand' as PackagePurl;
    const [hers, his] = [await registeredBy(ada, purl), await registeredBy(bob, purl, 'his')];
    await ground.publishes(home, purl, { userId: ada.userId });
    await hasEnded(his);
    await isEstablished(hers);
    expect(await ground.isThere(hers)).toBe(true);
  });

  it('end after thirty days without use, and their names were never reserved (W4)', async () => {
    const unused = await registeredBy(ada, 'pkg:npm/unused');
    const used = await registeredBy(ada, 'pkg:npm/used');
    expect(await ground.use(used, claimsOf('github-actions', githubIssuer, { environment: 'release' }))).toBe(true);
    expect(await targetOf(used)).toMatchObject({ pending: true, expiresAt: null });
    const expiry = await ground.auth.query(
      `SELECT expires_at - created_at = interval '30 days' AS right FROM trusted_publisher_targets WHERE publisher_id = $1`,
      [unused],
    );
    expect(expiry).toEqual([{ right: true }]);
    await endsExpired();
    expect(await ground.isThere(unused)).toBe(true);
    await ground.auth.query(
      `UPDATE trusted_publisher_targets SET expires_at = now() WHERE expires_at IS NOT NULL AND publisher_id = ANY($1)`,
      [[unused, used]],
    );
    // At once, and not only with the next turn.
    expect(await ground.candidates({ packagePurl: 'pkg:npm/unused' as PackagePurl })).toEqual([]);
    expect(await ground.use(unused, claimsOf('github-actions', githubIssuer, { environment: 'release' }))).toBe(false);
    await endsExpired();
    expect([await ground.isThere(unused), await ground.isThere(used)]).toEqual([false, true]);
    expect(await ground.auth.audit(`trusted-publisher:${unused}`)).toContain('trusted-publisher.delete');
  });

  it('are none of a package that there is', async () => {
    const purl = 'pkg:npm/there' as PackagePurl;
    await ground.publishes(home, purl, { userId: bob.userId });
    await eventually(async () => {
      const known = await ground.auth.query(`SELECT 1 FROM package_ownerships WHERE package_purl = $1`, [purl]);
      expect(known).toHaveLength(1);
    });
    const made = await ground.register({ on: { repository: 'home', package: purl } }, ada.session);
    expect(made.json['on']).toMatchObject([{ pending: false, expiresAt: null }]);
    await ground.publishes(home, purl, { userId: bob.userId });
    expect(await ground.isThere(String(made.json['id']) as PublisherId)).toBe(true);
  });
});
