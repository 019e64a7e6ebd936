import { newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { invitationLink, resetPasswordLink, verifyEmailLink } from './mail-links.rules.js';

const here = 'https://waybill.example';
const secret = newTokenText();

describe('a link in a mail', () => {
  it.each([verifyEmailLink(here, secret), resetPasswordLink(here, secret), invitationLink(here, 'an-id', secret)])(
    'has its secret behind #, where no server sees it (W6)',
    (text) => {
      const link = new URL(text);
      expect([link.origin, link.hash]).toEqual([here, `#${secret}`]);
      expect(`${link.pathname}${link.search}`).not.toContain(secret);
    },
  );
});
