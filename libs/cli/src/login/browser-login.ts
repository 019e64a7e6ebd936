import { setTimeout as delay } from 'node:timers/promises';
import open from 'open';
import { z } from 'zod';
import { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import type { Session } from '../session.js';

const started = z.object({ loginUrl: z.string(), pollSecret: z.string(), expiresAt: z.iso.datetime() });
const polled = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pending'), retryAfterSeconds: z.number().positive() }),
  z.object({ state: z.literal('confirmed'), token: z.string() }),
  z.object({ state: z.literal('gone') }),
]);

const longestPauseSeconds = 10;

/** A token that the person confirms in a browser (the idea of RFC 8628). Throws `CliError` when nobody does in time. */
export async function loginByBrowser(
  session: Session,
  url: string,
  { opensBrowser }: { readonly opensBrowser: boolean },
): Promise<string> {
  const api = new ApiClient(url, undefined);
  const description = `waybill on ${session.environment.hostname}`;
  const { json } = await api.send({ method: 'POST', path: '/web-logins', body: { description, wish: 'management' } });
  const { loginUrl, pollSecret, expiresAt } = started.parse(json);
  // The page is the installation's own, whatever the answer says.
  const page = URL.parse(loginUrl);
  if (page?.origin !== new URL(url).origin) {
    throw new CliError(`${url} sent you elsewhere to sign in: ${loginUrl}`, exitCodes.failure);
  }
  const minutes = Math.max(1, Math.round((Date.parse(expiresAt) - Date.now()) / 60_000));
  session.terminal.err(
    `Confirm in your browser:\n\n  ${page.href}\n\nWaiting for ${String(minutes)} minutes, until ${expiresAt}.\n`,
  );
  if (!session.terminal.isInteractive) {
    session.terminal.err(
      'Any browser will do. In a job nobody confirms: set WAYBILL_TOKEN, or use --with-token there.\n',
    );
  }
  if (opensBrowser && session.terminal.isInteractive) await open(page.href).catch(() => undefined);
  while (Date.now() < Date.parse(expiresAt)) {
    const answer = polled.parse(
      (await api.send({ method: 'POST', path: '/web-logins/poll', body: { pollSecret } })).json,
    );
    if (answer.state === 'confirmed') return answer.token;
    if (answer.state === 'gone') break;
    await delay(Math.min(answer.retryAfterSeconds, longestPauseSeconds) * 1000);
  }
  throw new CliError('The login was refused, or nobody confirmed it in time.', exitCodes.unauthenticated);
}
