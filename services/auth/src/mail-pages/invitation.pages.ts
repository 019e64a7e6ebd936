import type { ListedInvitation } from '../invitations/invitations.repository.js';
import { html, visible } from '../web-login/html.js';
import type { FailedSignIn } from '../web-login/sign-in-fields.js';
import { signInFields } from '../web-login/sign-in-fields.js';
import { page } from '../web-login/web-login.pages.js';
import { note } from './account-link.pages.js';
import { secretField, secretScript } from './secret-field.js';

/** What the page before an invitation needs to know; nothing of the invitation, which may not be there (security.md A6). */
export interface Entrance {
  /** What the form came with before. */
  readonly secret?: string | undefined;
  readonly message?: string;
  readonly failed?: FailedSignIn;
  /** Name of the sign-on provider, if there is one. */
  readonly signOn?: string | undefined;
  /** Whether people may make accounts for themselves with an invitation. */
  readonly registers: boolean;
}

export function entrancePage({ secret, message, failed, signOn, registers }: Entrance): string {
  return page(
    'Invitation',
    html`<h1>Sign in to see your invitation</h1>
      ${note(message ?? failed?.message)}
      <form method="post">
        ${secretField(secret)} ${signInFields(failed)}
        <button name="step" value="sign-in">Sign in</button>
        <button name="step" value="look" formnovalidate>I am signed in already</button>
      </form>
      ${
        signOn === undefined
          ? ''
          : html`<p>
              <a href="/login/sign-on" target="_blank" rel="noopener">Sign in with ${signOn}</a> on a page of its own,
              then come back to this one: I am signed in already.
            </p>`
      }
      ${
        registers
          ? html`<h2>You have no account yet?</h2>
              <p>With an invitation that came by e-mail you can make one, and are a member at once.</p>
              <form method="post">
                ${secretField(secret, 'new-secret')}
                <label for="new-username">New username</label>
                <input
                  type="text"
                  id="new-username"
                  name="username"
                  autocomplete="username"
                  autocapitalize="none"
                  spellcheck="false"
                  maxlength="200"
                  required
                />
                <label for="new-password">New password</label>
                <input
                  type="password"
                  id="new-password"
                  name="password"
                  autocomplete="new-password"
                  minlength="12"
                  maxlength="1000"
                  required
                />
                <button name="step" value="register">Make an account and accept</button>
              </form>`
          : ''
      }
      ${secretScript()}`,
  );
}

export function invitationPage(
  { organization, role, invitedBy, teams }: ListedInvitation,
  { username, secret }: { readonly username: string; readonly secret: string | undefined },
): string {
  return page(
    'Invitation',
    html`<h1>Join ${visible(organization)} as ${username}?</h1>
      <dl>
        <dt>Organization</dt>
        <dd>${visible(organization)}</dd>
        <dt>Role</dt>
        <dd>${role}</dd>
        <dt>Invited by</dt>
        <dd>${visible(invitedBy)}</dd>
        ${
          teams.length === 0
            ? ''
            : html`<dt>Teams</dt>
                <dd>${visible(teams.join(', '), 2000)}</dd>`
        }
      </dl>
      <form method="post">
        ${secretField(secret ?? '')}
        <button name="step" value="accept">Accept</button>
        <button name="step" value="decline">Decline</button>
        <button name="step" value="switch">I am not ${username}</button>
      </form>`,
  );
}

/** To who is signed in, and either has not yet shown the secret or may not answer. */
export function secretNeededPage(username: string, failed?: string): string {
  return page(
    'Invitation',
    html`<h1>Your invitation</h1>
      ${note(failed)}
      <form method="post">
        ${secretField()}
        <button name="step" value="look">Show the invitation</button>
        <button name="step" value="switch">I am not ${username}</button>
      </form>
      ${secretScript()}`,
  );
}

export function answeredPage(what: 'accepted' | 'declined'): string {
  return page(
    'Invitation',
    what === 'accepted'
      ? html`<h1>You are a member now</h1>
          <p>You can close this page.</p>`
      : html`<h1>You have declined</h1>
          <p>You can close this page.</p>`,
  );
}

export function registeredPage(username: string): string {
  return page(
    'Welcome',
    html`<h1>Welcome, ${username}</h1>
      <p>
        You have an account, your address is confirmed, and you are a member of the organization that invited you.
      </p>`,
  );
}
