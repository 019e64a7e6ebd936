import type { ApiRequest } from './api-request.js';

/** What a name after such a segment of a path is the name of. */
const nouns: Readonly<Record<string, string>> = {
  orgs: 'organization',
  teams: 'team',
  members: 'member',
  users: 'person',
  'service-accounts': 'service account',
  grants: 'grant',
  'group-mappings': 'group mapping',
  invitations: 'invitation',
  tokens: 'token',
  repositories: 'repository',
  packages: 'package',
  releases: 'release',
  'held-releases': 'held release',
  namespaces: 'namespace',
  transfers: 'transfer',
  findings: 'finding',
  webhooks: 'webhook',
  deliveries: 'delivery',
  jobs: 'job',
};

/** How the guard of every service words it that something is hidden or not there (security.md A6). */
const guardTitle = 'What you asked for was not found.';

/**
 * What a 404 was about, as far as the request says: "There is no team web in organization acme, or you may not see it." Undefined
 * where the server knows more than we do.
 */
export function missingThing(request: ApiRequest, title: string): string | undefined {
  const asksForIt = request.method === 'GET' || request.method === 'DELETE';
  if (!asksForIt && title !== guardTitle) return undefined;
  const [thing, ...around] = thingsOf(request);
  if (thing === undefined) return undefined;
  const within = around.length === 0 ? '' : ` in ${around.join(' in ')}`;
  return `There is no ${thing}${within}, or you may not see it.`;
}

/** From the innermost outwards. */
function thingsOf({ path, query = {}, body }: ApiRequest): string[] {
  const segments = path.split('?')[0]?.split('/').slice(1).map(decodeURIComponent) ?? [];
  const named = segments.flatMap((segment, index) => {
    const [noun, name] = [nouns[segments[index - 1] ?? ''], segment];
    return noun === undefined || index % 2 === 0 ? [] : [`${noun} ${name}`];
  });
  const around = [
    ['organization', query['org'] ?? fieldOf(body, 'organization')],
    ['repository', query['repository'] ?? fieldOf(body, 'repository')],
  ].flatMap(([noun, name]) => (typeof name === 'string' ? [`${String(noun)} ${name}`] : []));
  const on = fieldOf(fieldOf(body, 'on'), 'repository');
  const inside = typeof on === 'string' ? [`repository ${on}`] : [];
  return [...around, ...named, ...inside].toReversed();
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}
