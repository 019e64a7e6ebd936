import { createHash } from 'node:crypto';
import { accessLoginWish } from '@waybill/domain';
import type { WebLoginWish } from '@waybill/contracts';
import type { Html } from './html.js';
import { html, visible } from './html.js';
import type { FailedSignIn } from './sign-in-fields.js';
import { signInFields } from './sign-in-fields.js';

/** What somebody at the page needs to know of the login that waits. */
export interface WaitingLogin {
  /** The same as at the beginning of the address, in the terminal as well. */
  readonly code: string;
  /** Untrusted: what the client says of itself. */
  readonly description: string;
  readonly clientAddress: string;
  readonly wish: WebLoginWish;
}

/** The other way in. `path` is one of ours. */
export interface SignOnLink {
  readonly name: string;
  readonly path: string;
}

const style =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}' +
  'label{display:block;margin-top:1rem}input[type=text],input[type=password]{font:inherit;width:100%;box-sizing:border-box;padding:.4rem}' +
  'button{font:inherit;margin:1rem .5rem 0 0;padding:.4rem 1rem}dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}' +
  '.code{font:1.5rem monospace}.note{border-left:.25rem solid;padding-left:.75rem}';

/** No script, no image, no frame, no other site: the one style is named by its hash (security.md W2). */
export const pagePolicy =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; ` +
  `form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': pagePolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Not `no-referrer`: a form would then come with `Origin: null` (Fetch, "append a request Origin header").
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

export function signInPage(
  login: WaitingLogin,
  {
    failed,
    signOn,
  }: {
    readonly failed?: FailedSignIn;
    readonly signOn?: SignOnLink | undefined;
  } = {},
): string {
  return page(
    'Sign in',
    html`<h1>Sign in to Waybill</h1>
      ${factsOf(login)} ${failed === undefined ? '' : html`<p class="note" role="alert">${failed.message}</p>`}
      <form method="post">
        ${signInFields(failed)}
        <button name="step" value="sign-in">Sign in</button>
      </form>
      ${signOn === undefined ? '' : html`<p><a href="${signOn.path}">Sign in with ${signOn.name}</a></p>`}
      <p>Nothing is given to the client before you confirm it on the next page.</p>`,
  );
}

export function confirmPage(
  login: WaitingLogin,
  { username, otherAddress }: { readonly username: string; readonly otherAddress: string | undefined },
): string {
  return page(
    'Confirm',
    html`<h1>Let this client sign in as ${username}?</h1>
      ${factsOf(login)}
      ${
        otherAddress === undefined
          ? ''
          : html`<p class="note" role="note">The client is at another address than this browser (${otherAddress}).</p>`
      }
      <p class="note">
        Confirm only if you have started this yourself, just now, and the code is the first eight characters after
        /login/ in the address that your terminal shows. Whoever sent you this link would otherwise work in your name.
      </p>
      <form method="post">
        ${
          login.wish === 'management'
            ? html`<p class="note">
                It asks for everything that you may do: also to manage people, repositories and tokens in your name.
              </p>`
            : html`<label><input type="checkbox" name="access" value="yes" /> ${accessLoginWish}</label>`
        }
        <button name="step" value="confirm">Confirm</button>
        <button name="step" value="refuse">Refuse</button>
        <button name="step" value="switch">I am not ${username}</button>
      </form>`,
  );
}

export function donePage(username: string): string {
  return page(
    'Signed in',
    html`<h1>Your client is signed in as ${username}</h1>
      <p>You can close this page and go back to it.</p>`,
  );
}

export function refusedPage(): string {
  return page(
    'Refused',
    html`<h1>Refused</h1>
      <p>The client was given nothing. You can close this page.</p>`,
  );
}

export function expiredPage(): string {
  return page(
    'Expired',
    html`<h1>This login has expired</h1>
      <p>It was used, refused, or waited too long. Start again at your client.</p>`,
  );
}

export function foreignPage(): string {
  return page(
    'Not from here',
    html`<h1>That did not come from this page</h1>
      <p>Open the address that your client shows, and try again there.</p>`,
  );
}

function factsOf({ code, description, clientAddress }: WaitingLogin): Html {
  return html`<dl>
    <dt>Code</dt>
    <dd class="code">${code}</dd>
    <dt>Client</dt>
    <dd><bdi>${visible(description)}</bdi></dd>
    <dt>Address</dt>
    <dd>${visible(clientAddress)}</dd>
  </dl>`;
}

/** A whole page; `head` goes into its head. */
export function page(title: string, content: Html, more: Html | string = ''): string {
  // The style is written by concatenation: its hash is over these very characters.
  const head = html`<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>${title} · Waybill</title>${more}`;
  return (
    `<!doctype html>\n<html lang="en">\n<head>${head.toString()}<style>${style}</style></head>\n` +
    `<body>\n<main>${content.toString()}</main>\n</body>\n</html>\n`
  );
}
