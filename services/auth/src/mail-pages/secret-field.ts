import { createHash } from 'node:crypto';
import type { Html } from '../web-login/html.js';
import { html } from '../web-login/html.js';
import { pagePolicy } from '../web-login/web-login.pages.js';

/**
 * Takes what is behind `#` out of the address bar and the history, and puts it into the form, where it is shown to nobody.
 * Nothing of ours is in it: a script is no place for values.
 */
const script = html`<script type="module">
  function take() {
    const secret = location.hash.slice(1);
    if (secret === '') return;
    history.replaceState(null, '', location.pathname);
    for (const field of document.querySelectorAll('input[name=secret]')) {
      field.type = 'hidden';
      field.value = secret;
    }
    for (const label of document.querySelectorAll('.paste')) label.remove();
  }
  addEventListener('hashchange', take);
  take();
</script>`;

const source = /^<script[^>]*>(.*)<\/script>$/s.exec(script.toString())?.[1] ?? '';

/** In addition to what every page has: the one script is named by its hash (security.md W2). */
export const linkedPageHeaders = {
  'content-security-policy': `${pagePolicy}; script-src 'sha256-${createHash('sha256').update(source).digest('base64')}'`,
};

/** At the end of a page that a link of a mail leads to. */
export function secretScript(): Html {
  return script;
}

/**
 * The field for the secret of the mail. A browser sends nothing of what is behind `#` (security.md W6): the script moves it
 * here, and where there is none, the person does. `given` is what the form came with before; it stays in the form.
 */
export function secretField(given?: string, id = 'secret'): Html {
  if (given !== undefined) return html`<input type="hidden" name="secret" value="${given}" />`;
  return html`<label class="paste" for="${id}">The code at the end of the link in your mail, behind #</label>
    <input
      type="text"
      id="${id}"
      name="secret"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      maxlength="2000"
    />`;
}
