import { html } from '../web-login/html.js';
import { page } from '../web-login/web-login.pages.js';

/**
 * The browser goes on by itself: a redirect would still count as coming from the provider's site, and the session's cookie
 * (`SameSite=Strict`) would stay behind.
 */
export function continuePage(path: string): string {
  return page(
    'Signed in',
    html`<h1>You are signed in</h1>
      <p><a href="${path}">Go on</a></p>`,
    html`<meta http-equiv="refresh" content="0;url=${path}" />`,
  );
}

export function linkedPage(): string {
  return page(
    'Linked',
    html`<h1>From now on you can sign in this way</h1>
      <p>You can close this page.</p>`,
  );
}

export function signOnFailedPage(message: string): string {
  return page(
    'Not signed in',
    html`<h1>You are not signed in</h1>
      <p role="alert">${message}</p>
      <p>Start again where you came from.</p>`,
  );
}

export function codePage(failed?: string): string {
  return page(
    'Second factor',
    html`<h1>Your second factor</h1>
      ${failed === undefined ? '' : html`<p class="note" role="alert">${failed}</p>`}
      <form method="post" action="/login/sign-on/code">
        <label for="code">Code of your second factor, or a recovery code</label>
        <input
          type="text"
          id="code"
          name="code"
          autocomplete="one-time-code"
          autocapitalize="none"
          spellcheck="false"
          maxlength="64"
          required
          autofocus
        />
        <button>Sign in</button>
      </form>`,
  );
}
