import type { RequestOf, sendMail } from '@waybill/contracts';

export type MailRequest = RequestOf<typeof sendMail>;
/** A mail without its recipient. */
export type MailContent = {
  [Each in MailRequest as Each['template']]: Pick<Each, 'template' | 'values'>;
}[MailRequest['template']];

/** What a mail says, before it is text or HTML. */
export interface Letter {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** Shown as a button, and in full for who reads text. */
  readonly link?: { readonly label: string; readonly url: string };
}

const twoFactorChanges = {
  enabled: 'Two-factor authentication was switched on',
  disabled: 'Two-factor authentication was switched off',
  'recovery-codes-renewed': 'New recovery codes were made',
  'recovery-code-used': 'A recovery code was used to sign in',
} as const;

const identityChanges = {
  linked: ['Another way to sign in was linked to your account', 'opens the account of'],
  unlinked: ['A way to sign in was unlinked from your account', 'no longer opens the account of'],
} as const;

const notYou = 'If this was not you, change your password and revoke your tokens now.';

/** The words of every template. Values are what people chose: the rendering makes them harmless. */
export function letterOf(content: MailContent): Letter {
  switch (content.template) {
    case 'invitation': {
      const { organization, invitedBy, role, link, expiresAt } = content.values;
      return {
        subject: `Invitation to ${organization}`,
        paragraphs: [
          `${invitedBy} invites you to the organization ${organization} as ${role}.`,
          `The invitation is valid until ${dateText(expiresAt)}. If you did not expect it, do nothing.`,
        ],
        link: { label: 'Look at the invitation', url: link },
      };
    }
    case 'verify-email': {
      const { username, link, expiresAt } = content.values;
      return {
        subject: 'Confirm your e-mail address',
        paragraphs: [
          `This address was given for the user ${username}. Confirm that it is yours.`,
          `The link is valid until ${dateText(expiresAt)}. If you did not give it, do nothing.`,
        ],
        link: { label: 'Confirm the address', url: link },
      };
    }
    case 'password-changed': {
      const { username, at, clientAddress, identities } = content.values;
      const what = `The password of ${username} was changed on ${dateText(at)}, from ${clientAddress}.`;
      const list = identities.join(', ');
      const still = `These open the account as before: ${list}. Unlink what you do not know.`;
      return { subject: 'Your password was changed', paragraphs: [what, ...(list === '' ? [] : [still]), notYou] };
    }
    case 'identity-changed': {
      const { username, change, identity, at, clientAddress } = content.values;
      const [subject, opens] = identityChanges[change];
      const what = `${identity} ${opens} ${username}, since ${dateText(at)}, by somebody at ${clientAddress}.`;
      return { subject, paragraphs: [what, notYou] };
    }
    case 'token-expiring': {
      const { username, prefix, description, expiresAt } = content.values;
      const what = `The token ${prefix}… (${description}) of ${username} expires on ${dateText(expiresAt)}.`;
      const then = 'Make a new one before that, where it is still needed.';
      return { subject: 'A token is about to expire', paragraphs: [what, then] };
    }
    case 'token-leaked': {
      const { username, prefix, description, foundIn, at } = content.values;
      return {
        subject: 'A token of yours leaked and was revoked',
        paragraphs: [
          `The token ${prefix}… (${description}) of ${username} was found in ${foundIn}.`,
          `It was revoked on ${dateText(at)}. Look at what it was used for, and make a new one.`,
        ],
      };
    }
    case 'two-factor-changed': {
      const { username, change, at, clientAddress } = content.values;
      const what = `${twoFactorChanges[change]} for ${username} on ${dateText(at)}, from ${clientAddress}.`;
      return { subject: twoFactorChanges[change], paragraphs: [what, notYou] };
    }
    case 'new-sign-in': {
      const { username, at, clientAddress, client } = content.values;
      const what = `${username} signed in on ${dateText(at)}, from ${clientAddress}, with ${client}.`;
      return { subject: 'A new sign-in', paragraphs: [what, notYou] };
    }
  }
}

function dateText(at: string): string {
  return `${at.slice(0, 10)} at ${at.slice(11, 16)} UTC`;
}
