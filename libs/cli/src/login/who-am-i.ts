import { z } from 'zod';
import type { ApiClient } from '../api/api-client.js';
import { path } from '../api/api-client.js';
import { showJson, showThing } from '../output/show.js';
import type { Session } from '../session.js';

const scope = z.object({ actions: z.array(z.string()), on: z.looseObject({ kind: z.string() }) });
const caller = z.looseObject({
  kind: z.string(),
  username: z.string(),
  installationAdmin: z.boolean().optional(),
  scopes: z.array(scope).optional(),
  tokenId: z.string().optional(),
});
const token = z.object({ description: z.string(), kind: z.string(), prefix: z.string(), expiresAt: z.string() });

/** `waybill whoami`: the person or machine, and the token that speaks for it. With `--json` what the API says of it. */
export async function whoAmI(session: Session): Promise<void> {
  const api = await session.api();
  const { json } = await api.send({ method: 'GET', path: '/session' });
  const known = caller.safeParse(json);
  if (session.flags.json || !known.success) {
    showJson(session, json);
    return;
  }
  const { username, installationAdmin, scopes, tokenId } = known.data;
  showThing(session, {
    installation: await session.url(),
    // A service account is called by its organization: acme/ci.
    [username.includes('/') ? 'service account' : 'username']: username,
    ...(installationAdmin === true ? { administrator: 'of the installation' } : {}),
    ...(tokenId === undefined ? {} : await tokenLines(api, tokenId)),
    ...(scopes === undefined
      ? {}
      : { 'may at most': scopes.map(({ actions, on }) => `${actions.join(', ')} on ${placeText(on)}`) }),
  });
}

/** Many a token may not look at itself, and still knows its id. */
async function tokenLines(api: ApiClient, id: string): Promise<Readonly<Record<string, string>>> {
  const answer = await api.send({ method: 'GET', path: path`/tokens/${id}` }).catch(() => undefined);
  const known = token.safeParse(answer?.json);
  if (!known.success) return { token: id };
  const { description, kind, prefix, expiresAt } = known.data;
  return { token: `${description} (${kind}, ${prefix}…)`, 'token id': id, 'expires at': expiresAt };
}

function placeText({ kind, ...where }: { readonly kind: string; readonly [key: string]: unknown }): string {
  if (kind === 'everything') return 'everything that its owner may';
  return `${kind} ${Object.values(where).map(String).join(' ')}`;
}
