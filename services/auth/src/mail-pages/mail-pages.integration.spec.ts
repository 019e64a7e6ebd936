import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningAuth } from '../../test/running-auth.js';
import { MailPagesGround } from '../../test/mail-pages-ground.js';

let ground: MailPagesGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await MailPagesGround.start();
  ({ auth } = ground);
});

afterAll(() => auth.stop());

const foreign = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'null' },
  { 'sec-fetch-site': 'same-site', origin: 'https://waybill.example' },
  {},
];

describe('the pages that mails lead to', () => {
  it.each(['/login/verify-email', '/login/reset-password', `/login/invitation/${randomUUID()}`])(
    '%s runs one script, named by its hash, and loads nothing (W2)',
    async (path) => {
      const { status, headers, html } = await auth.page(path);
      expect(status).toBe(200);
      const scripts = [...html.matchAll(/<script[^>]*>(.*?)<\/script>/gs)];
      const [style = '', script = ''] = [/<style>(.*?)<\/style>/s.exec(html)?.[1], scripts[0]?.[1]];
      expect([scripts.length, script.includes('history.replaceState')]).toEqual([1, true]);
      const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; style-src ${hashOf(style)}; form-action 'self'; base-uri 'none'; ` +
          `frame-ancestors 'none'; script-src ${hashOf(script)}`,
      );
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
      expect(html).not.toMatch(/javascript:|\son\w+=|https?:|\ssrc=/i);
      const hostile = await auth.page(`${path}?next=https://evil.example&secret=%22%3E%3Cscript%3E`);
      expect(hostile.html).toBe(html);
    },
  );

  it('take no form of another page, and none that they never showed (W2)', async () => {
    const { link: verification } = await ground.withMailedAddress('careful');
    const reset = await ground.resetLink('careful');
    const invitation = await ground.invited({ username: 'careful' });
    const { session } = await auth.again('careful');
    const newPassword = 'a new password for them';
    for (const headers of foreign) {
      const forms = [
        [verification.path, { secret: verification.secret }],
        [reset.path, { secret: reset.secret, newPassword, repeated: newPassword }],
        [invitation.path, { step: 'accept', secret: '' }],
        [invitation.path, { step: 'register', secret: '', username: 'x', password: newPassword }],
      ] as const;
      for (const [path, form] of forms) {
        const answered = await auth.page(path, { as: session, form, headers });
        expect([answered.status, answered.headers['set-cookie']]).toEqual([403, undefined]);
      }
    }
    for (const form of ['', 'secret=a&secret=b', 'step=fly', 'step=accept&step=decline']) {
      for (const path of [verification.path, reset.path, invitation.path]) {
        expect((await auth.page(path, { as: session, form })).status).toBe(400);
      }
    }
    expect((await auth.page(verification.path, { form: { secret: verification.secret } })).status).toBe(200);
  });
});
