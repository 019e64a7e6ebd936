import type { Html } from '../web-login/html.js';
import { html } from '../web-login/html.js';
import { page } from '../web-login/web-login.pages.js';
import { secretField, secretScript } from './secret-field.js';

export function verifyEmailPage(failed?: string): string {
  return page(
    'Confirm your address',
    html`<h1>Confirm your e-mail address</h1>
      ${note(failed)}
      <form method="post">
        ${secretField()}
        <button>Confirm</button>
      </form>
      ${secretScript()}`,
  );
}

export function emailVerifiedPage(): string {
  return page(
    'Confirmed',
    html`<h1>Your e-mail address is confirmed</h1>
      <p>You can close this page.</p>`,
  );
}

/** `secret` is what the form came with before, when it has to be filled in again. */
export function resetPasswordPage({
  failed,
  secret,
}: { readonly failed?: string; readonly secret?: string | undefined } = {}): string {
  return page(
    'New password',
    html`<h1>Choose a new password</h1>
      ${note(failed)}
      <form method="post">
        ${secretField(secret)} ${newPasswordField('newPassword', 'New password')}
        ${newPasswordField('repeated', 'The same again')}
        <button>Set the password</button>
      </form>
      <p>
        Every session and token from before ends. A second factor stays as it is, and so do other systems through which
        you sign in.
      </p>
      ${secretScript()}`,
  );
}

export function passwordSetPage(): string {
  return page(
    'New password',
    html`<h1>You have a new password</h1>
      <p>Every session and token from before has ended: sign in again where you need it.</p>`,
  );
}

export function foreignFormPage(): string {
  return page(
    'Not from here',
    html`<h1>That did not come from this page</h1>
      <p>Follow the link in your mail, and try again there.</p>`,
  );
}

function newPasswordField(name: string, label: string): Html {
  return html`<label for="${name}">${label}</label>
    <input
      type="password"
      id="${name}"
      name="${name}"
      autocomplete="new-password"
      minlength="12"
      maxlength="1000"
      required
    />`;
}

/** What did not work. */
export function note(failed: string | undefined): Html | string {
  return failed === undefined ? '' : html`<p class="note" role="alert">${failed}</p>`;
}
