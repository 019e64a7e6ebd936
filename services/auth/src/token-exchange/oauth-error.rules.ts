import type { DomainError } from '@waybill/domain';

/** RFC 6749 §5.2 with `code`, which is stable and finer. */
export interface OAuthError {
  readonly status: number;
  readonly body: { readonly error: string; readonly error_description: string; readonly code: string };
}

const errorOfCode: Readonly<Record<string, string>> = {
  'oidc.unsupported-grant-type': 'unsupported_grant_type',
  'oidc.request-malformed': 'invalid_request',
  'oidc.scope-unknown': 'invalid_scope',
  'oidc.scope-refused': 'invalid_scope',
  'oidc.target-unknown': 'invalid_target',
  'oidc.ambiguous': 'invalid_target',
  'oidc.package-needed': 'invalid_target',
  'oidc.too-many-packages': 'invalid_target',
};

/**
 * A refusal in the words of OAuth: `invalid_grant` for what is wrong with the token, `invalid_target` (RFC 8693 §2.2.2) for what it is
 * wanted for. Always 400 but where another status tells clients to come back, or that it was us.
 */
export function oauthErrorOf(error: DomainError, status: number): OAuthError {
  const body = { error: wordOf(error, status), error_description: oneLineOf(error.message), code: error.code };
  const isPlain = status < 500 && ![403, 413, 415, 429].includes(status);
  return { status: isPlain || (error.code.startsWith('oidc.') && status === 403) ? 400 : status, body };
}

function wordOf({ code, kind }: DomainError, status: number): string {
  const known = errorOfCode[code];
  if (known !== undefined) return known;
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  if (kind === 'internal') return 'server_error';
  return code.startsWith('oidc.') ? 'invalid_grant' : 'invalid_request';
}

/** Printable ASCII without quotes and backslashes, as the RFC has it; a little of what a claim says is lost with that. */
function oneLineOf(message: string): string {
  return message.replaceAll('"', "'").replaceAll(/[^\x20-\x7e]|\\/g, '?');
}
