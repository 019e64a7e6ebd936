import { describe, expect, it } from 'vitest';
import { renderLetter } from './letter.rules.js';
import { letterOf } from './mail-templates.js';

const externalUrl = 'https://waybill.example';
const expiresAt = '2026-03-01T12:30:00.000Z';

function invitation(values: { organization?: string; invitedBy?: string; link?: string } = {}) {
  const link = 'https://waybill.example/invitations/abc?x=1&y=2';
  return renderLetter(
    letterOf({
      template: 'invitation',
      values: { organization: 'acme', invitedBy: 'ada', role: 'member', link, expiresAt, ...values },
    }),
    externalUrl,
  );
}

describe('a mail', () => {
  it('says the same as text and as HTML', () => {
    const { subject, text, html } = invitation();
    expect(subject).toBe('Invitation to acme');
    expect(text).toContain('ada invites you to the organization acme as member.');
    expect(text).toContain('2026-03-01 at 12:30 UTC');
    expect(text).toContain('https://waybill.example/invitations/abc?x=1&y=2');
    expect(html).toContain('href="https://waybill.example/invitations/abc?x=1&amp;y=2"');
    expect(html).not.toMatch(/<(img|script|style|link)/);
  });

  it('names what else opens an account whose password was changed, and what came or went (W9)', () => {
    const about = { username: 'ada', at: expiresAt, clientAddress: '10.0.0.1' };
    const changed = (identities: string[]) =>
      renderLetter(letterOf({ template: 'password-changed', values: { ...about, identities } }), externalUrl).text;
    expect(changed(['Acme ID', 'the directory (LDAP)'])).toContain('as before: Acme ID, the directory (LDAP).');
    expect(changed([])).not.toContain('as before');
    const values = { ...about, identity: 'Acme ID', change: 'linked' as const };
    const linked = renderLetter(letterOf({ template: 'identity-changed', values }), externalUrl);
    expect(linked.text).toContain('Acme ID opens the account of ada, since 2026-03-01 at 12:30 UTC');
  });

  it('has names without markup, line breaks or turned directions in it (W1, W2)', () => {
    const hostile = 'a<script>x</script>"\r\nBcc: victim@example.com\u2028b\u202Ec\u0000';
    const { subject, text, html } = invitation({ organization: hostile, invitedBy: hostile });
    expect(subject).not.toMatch(/[\p{Cc}\u2028\u202E]/u);
    expect(text).not.toMatch(/^Bcc:/m);
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;');
  });

  it('has a link that ends where it ends', () => {
    const { html } = invitation({ link: 'https://waybill.example/"><script>' });
    expect(html).not.toContain('<script>');
  });
});
