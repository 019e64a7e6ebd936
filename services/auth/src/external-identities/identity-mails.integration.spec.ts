import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SignOnGround } from '../../test/sign-on-ground.js';

let ground: SignOnGround;

beforeAll(async () => {
  ground = await SignOnGround.start();
});

afterAll(() => ground.stop());

const changesTo = (address: string) => ground.auth.mail.to(address, 'identity-changed').map(({ values }) => values);

describe('what opens an account besides its password', () => {
  it('is told to its owner by mail when it is linked and when it is unlinked, and audited (W9)', async () => {
    const address = 'ada@example.org';
    const ada = await ground.auth.person('ada', { email: address });
    await ground.link(ada.session, { sub: 'a-1' });
    const linked = { username: 'ada', identity: 'Acme ID', change: 'linked' };
    await vi.waitFor(() => {
      expect(changesTo(address)).toMatchObject([linked]);
    });
    await ground.auth.http('DELETE', '/api/v1/account/identities/oidc', { as: ada.session });
    await vi.waitFor(() => {
      expect(changesTo(address)).toMatchObject([linked, { ...linked, change: 'unlinked' }]);
    });
    expect(await ground.auth.audit(`user:${ada.userId}`)).toEqual(['user.create', 'identity.link', 'identity.unlink']);
  });

  it('stays when the password is reset, which ends every session; the mail about it names it (A11)', async () => {
    const address = 'ben@example.org';
    const ben = await ground.auth.person('ben', { email: address });
    await ground.link(ben.session, { sub: 'b-1' });
    const made = await ground.auth.http('POST', '/api/v1/users/ben/password-reset', { as: ground.auth.admin });
    const secret = /#(.*)$/.exec(String(made.json['link']))?.[1] ?? '';
    const body = { newPassword: 'a new password for ben' };
    expect((await ground.auth.http('POST', `/api/v1/password-resets/${secret}`, { body })).status).toBe(204);
    expect(await ground.auth.principal(ben.session)).toEqual({ kind: 'anonymous' });
    await vi.waitFor(() => {
      expect(ground.auth.mail.to(address, 'password-changed')).toMatchObject([{ values: { identities: ['Acme ID'] } }]);
    });
    expect((await ground.userOf((await ground.signOn({ sub: 'b-1' })).session)).userId).toBe(ben.userId);
  });

  it('is named in no mail where there is nothing', async () => {
    const cyd = await ground.auth.person('cyd', { email: 'cyd@example.org' });
    const body = { currentPassword: cyd.password, newPassword: 'a new password for cyd' };
    await ground.auth.http('PUT', '/api/v1/users/cyd/password', { as: cyd.session, body });
    await vi.waitFor(() => {
      const sent = ground.auth.mail.to('cyd@example.org', 'password-changed');
      expect(sent).toMatchObject([{ values: { identities: [] } }]);
    });
  });
});
