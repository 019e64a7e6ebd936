import { DomainError } from '@waybill/domain';

/**
 * Of a token whose issuer is not registered. The same for one of an organization's own issuer that does not verify: whether somebody
 * registered a URL is nobody else's business (security.md A6).
 */
export function issuerUnknown(): DomainError {
  return new DomainError(
    'unauthenticated',
    'oidc.issuer-unknown',
    'The token is not one of an issuer that is trusted here.',
  );
}

/** Of what is no ID token in the compact form (RFC 7515 §7.1), or has a header that is not taken (T5). */
export function tokenMalformed(why: string): DomainError {
  return new DomainError('invalid', 'oidc.token-malformed', `That is no ID token that can be verified: ${why}.`);
}

/** Of a token that none of the issuer's keys has signed, in the way in which it signs. */
export function signatureWrong(why: string): DomainError {
  return new DomainError('unauthenticated', 'oidc.signature-wrong', `The token is not its issuer's: ${why}.`);
}

/** Of an issuer whose keys cannot be had now. It does not say why: that is in the log. */
export function issuerUnavailable(retryAfterSeconds: number, cause?: unknown): DomainError {
  const message = 'The keys of the token’s issuer cannot be had now; try again.';
  return new DomainError('unavailable', 'oidc.issuer-unavailable', message, { retryAfterSeconds, cause });
}
