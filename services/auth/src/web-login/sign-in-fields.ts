import { toDomainError } from '@waybill/domain';
import type { Html } from './html.js';
import { html, visible } from './html.js';

/** What to say when it did not work. `username` is untrusted. */
export interface FailedSignIn {
  readonly message: string;
  readonly username: string;
  readonly asksForCode: boolean;
}

/** Name, password and, for who was asked for it, the code of the second factor. */
export function signInFields(failed?: FailedSignIn): Html {
  return html`<label for="username">Username</label>
    <input
      type="text"
      id="username"
      name="username"
      value="${failed?.username ?? ''}"
      autocomplete="username"
      autocapitalize="none"
      spellcheck="false"
      maxlength="200"
      required
      autofocus
    />
    <label for="password">Password</label>
    <input type="password" id="password" name="password" autocomplete="current-password" maxlength="1000" required />
    ${failed?.asksForCode === true ? codeField() : ''}`;
}

/** What a page says of a sign-in that was refused, and how it is answered. Throws on what is no refusal. */
export function refusalOf(
  thrown: unknown,
  username: string,
): { readonly status: number; readonly failed: FailedSignIn; readonly headers: Readonly<Record<string, string>> } {
  const error = toDomainError(thrown);
  if (error.kind === 'internal') throw thrown;
  const { status, message, retryAfterSeconds } = error;
  return {
    status,
    failed: { message, username: visible(username), asksForCode: error.code.startsWith('login.second-factor-') },
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  };
}

function codeField(): Html {
  return html`<label for="code">Code of your second factor, or a recovery code</label>
    <input
      type="text"
      id="code"
      name="code"
      autocomplete="one-time-code"
      autocapitalize="none"
      spellcheck="false"
      maxlength="64"
      required
    />`;
}
