import type { ErrorKind } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { oauthErrorOf } from './oauth-error.rules.js';

describe('a refusal in the words of OAuth (RFC 6749 §5.2)', () => {
  it.each<[ErrorKind, string, number, string, number]>([
    ['unauthenticated', 'oidc.token-expired', 401, 'invalid_grant', 400],
    ['not-found', 'oidc.no-publisher', 404, 'invalid_grant', 400],
    ['forbidden', 'oidc.publisher-refuses', 403, 'invalid_grant', 400],
    ['forbidden', 'oidc.scope-refused', 403, 'invalid_scope', 400],
    ['conflict', 'oidc.token-used', 409, 'invalid_grant', 400],
    ['conflict', 'oidc.ambiguous', 409, 'invalid_target', 400],
    ['invalid', 'oidc.unsupported-grant-type', 400, 'unsupported_grant_type', 400],
    ['limit', 'oidc.throttled', 429, 'temporarily_unavailable', 429],
    ['unavailable', 'oidc.issuer-unavailable', 503, 'temporarily_unavailable', 503],
    ['internal', 'internal', 500, 'server_error', 500],
    ['forbidden', 'token.publisher-only', 403, 'invalid_request', 403],
    ['invalid', 'body.media-type', 415, 'invalid_request', 415],
  ])('of %s %s with %d is %s with %d', (kind, code, status, error, answered) => {
    const said = oauthErrorOf(new DomainError(kind, code, 'Why.'), status);
    expect(said).toEqual({ status: answered, body: { error, error_description: 'Why.', code } });
  });

  it('says nothing but printable ASCII without quotes', () => {
    const error = new DomainError('forbidden', 'oidc.publisher-refuses', 'It says "a\\b\né" as ref.');
    expect(oauthErrorOf(error, 403).body.error_description).toBe(`It says 'a?b??' as ref.`);
  });
});
