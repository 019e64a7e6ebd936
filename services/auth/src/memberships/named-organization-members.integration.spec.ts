import { listMembers, removeMember, setMember } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credential, type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

type Role = 'owner' | 'admin' | 'member' | 'reader';

const list = async (as: Credential, organization = 'acme') =>
  (await auth.ask(listMembers, { principal: await auth.principal(as), organization })).members;
const set = async (as: Credential, username: string, role: Role, organization = 'acme') =>
  auth.ask(setMember, { principal: await auth.principal(as), organization, username, role });
const remove = async (as: Credential, username: string) =>
  auth.ask(removeMember, { principal: await auth.principal(as), organization: 'acme', username });

describe('members of an organization by its name', () => {
  it('are added, changed, listed and removed, each with one audit event (W9)', async () => {
    const ada = await auth.person('ada');
    expect(await set(auth.admin, 'Ada', 'member')).toEqual({ members: 2, invited: false });
    expect(await set(auth.admin, 'ada', 'reader')).toEqual({ members: 2, invited: false });
    expect(await set(auth.admin, 'ada', 'reader')).toEqual({ members: 2, invited: false });
    expect(await list(ada.session)).toEqual([
      { username: 'ada', role: 'reader' },
      { username: 'admin', role: 'owner' },
    ]);
    expect(await remove(auth.admin, 'ada')).toEqual({ removed: true });
    expect(await remove(auth.admin, 'ada')).toEqual({ removed: false });
    const subject = `organization:${await auth.organizationId('acme')}`;
    expect(await auth.audit(subject)).toEqual(['membership.add', 'membership.change', 'membership.remove']);
  });

  it('are hidden from strangers like an organization that does not exist (A6)', async () => {
    const eve = await auth.person('eve');
    const answers = await Promise.all(
      ['acme', 'nothing', 'NOT A SLUG', 'api'].map((name) =>
        Promise.all([
          list(eve.session, name).catch((error: unknown) => error),
          set(eve.session, 'eve', 'owner', name).catch((error: unknown) => error),
        ]),
      ),
    );
    expect(new Set(answers.flat().map((error) => JSON.stringify(error))).size).toBe(1);
    expect(answers[0]?.[0]).toMatchObject({ kind: 'not-found' });
  });

  it('are not changed by readers, by narrow tokens, nor owners by administrators (A4, A8)', async () => {
    const ben = await auth.person('ben');
    const cyd = await auth.person('cyd');
    await set(auth.admin, 'ben', 'reader');
    await set(auth.admin, 'cyd', 'admin');
    await expect(set(ben.session, 'ben', 'owner')).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(set(cyd.session, 'cyd', 'owner')).rejects.toMatchObject({ code: 'membership.owners-only' });
    await expect(remove(cyd.session, 'admin')).rejects.toMatchObject({ kind: 'forbidden' });
    const narrow = await auth.token(cyd, [{ actions: ['read', 'publish'], on: { kind: 'everything' } }]);
    await expect(set(narrow, 'ben', 'member')).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await set(cyd.session, 'ben', 'member')).toEqual({ members: 3, invited: false });
    await expect(remove(auth.admin, 'admin')).rejects.toMatchObject({
      kind: 'conflict',
      code: 'membership.last-owner',
    });
    await expect(set(auth.admin, 'nobody', 'member')).rejects.toMatchObject({ code: 'user.not-found' });
  });
});
