import type { TokenText } from '@waybill/domain';

/**
 * Addresses of the pages that mails lead to. The secret is behind `#`, which no browser sends, in a Referer neither, and no
 * log keeps (security.md W6).
 */
export function verifyEmailLink(externalUrl: string, secret: TokenText): string {
  return `${externalUrl}/login/verify-email#${secret}`;
}

export function resetPasswordLink(externalUrl: string, secret: TokenText): string {
  return `${externalUrl}/login/reset-password#${secret}`;
}

/** An invitation of a username has no secret: who it is for signs in. */
export function invitationLink(externalUrl: string, invitationId: string, secret?: TokenText): string {
  return `${externalUrl}/login/invitation/${invitationId}${secret === undefined ? '' : `#${secret}`}`;
}
