import type { ReplyOf, searchPackages } from '@waybill/contracts';
import { DomainError, parsePackagePurl } from '@waybill/domain';

type Found = ReplyOf<typeof searchPackages>;
type Hit = Found['packages'][number];

/** Clients read both words for the same thing; an address is not shown to everybody who may search. */
interface PersonView {
  readonly username: string;
  readonly email: string;
}

const defaultSize = 20;
const maxSize = 250;
const maxFrom = 10_000;

export interface SearchPage {
  readonly size: number;
  readonly from: number;
}

/** `size` and `from`; more than is answered at once becomes what is. Errors: `invalid` `npm.search`. */
export function parsePage(query: Readonly<Record<string, unknown>>): SearchPage {
  return {
    size: Math.min(maxSize, count(query, 'size') ?? defaultSize),
    from: Math.min(maxFrom, count(query, 'from') ?? 0),
  };
}

/** A parameter that was given at most once. Errors: `invalid` `npm.search`. */
export function parameter(query: Readonly<Record<string, unknown>>, name: string): string {
  const value = query[name] ?? '';
  if (typeof value !== 'string') throw malformed(`${name} is given more than once`);
  return value;
}

/** `GET /-/v1/search`, npm/registry docs/REGISTRY-API.md; pnpm 12 refuses the answer when a `username` is missing. */
export function searchView(found: Found, owners: ReadonlyMap<string, readonly string[]>, now: Date) {
  return {
    objects: found.packages.map((hit) => objectOf(hit, owners.get(hit.packagePurl) ?? [hit.publishedBy])),
    total: found.total,
    time: now.toISOString(),
  };
}

function objectOf(hit: Hit, owners: readonly string[]) {
  const { summary, version, score } = hit;
  const name = nameOf(hit);
  return {
    package: {
      name,
      scope: name.startsWith('@') ? name.slice(1, name.indexOf('/')) : 'unscoped',
      version,
      ...(summary.description === undefined ? {} : { description: summary.description }),
      keywords: summary.keywords ?? [],
      date: hit.publishedAt,
      links: linksOf(hit),
      ...(summary.author === undefined ? {} : { author: { name: summary.author } }),
      ...(summary.license === undefined ? {} : { license: summary.license }),
      publisher: personOf(hit.publishedBy),
      maintainers: owners.map(personOf),
    },
    downloads: { monthly: hit.downloads },
    updated: hit.publishedAt,
    score: { final: score, detail: { quality: score, popularity: score, maintenance: score } },
    searchScore: score,
    flags: { ...(version.startsWith('0.') ? { unstable: true } : {}), ...(hit.deprecated ? { deprecated: true } : {}) },
  };
}

/** `GET /-/all`, as npm 4 and before read it: an object by name. */
export function legacyView(found: Found, owners: ReadonlyMap<string, readonly string[]>, now: Date) {
  const packages = found.packages.map((hit) => {
    const name = nameOf(hit);
    const { description = '', keywords = [] } = hit.summary;
    const maintainers = (owners.get(hit.packagePurl) ?? [hit.publishedBy]).map((owner) => ({ name: owner, email: '' }));
    const entry = {
      name,
      description,
      keywords,
      maintainers,
      'dist-tags': { latest: hit.version },
      versions: { [hit.version]: 'latest' },
      time: { modified: hit.publishedAt },
    };
    return [name, entry] as const;
  });
  return { _updated: now.getTime(), ...Object.fromEntries(packages) };
}

export function nameOf(hit: Pick<Hit, 'packagePurl'>): string {
  const { namespace, name } = parsePackagePurl(hit.packagePurl);
  return namespace === undefined ? name : `${namespace}/${name}`;
}

// Links go to people who click them: nothing but web addresses.
function linksOf({ summary }: Hit): Record<string, string> {
  const links = { homepage: summary.homepage, repository: summary.sourceUrl, bugs: summary.bugsUrl };
  const web = Object.entries(links).flatMap(([kind, link]) => {
    const address = link?.replace(/^git\+(?=https?:)/, '');
    return address !== undefined && /^https?:\/\//i.test(address) ? [[kind, address] as const] : [];
  });
  return Object.fromEntries(web);
}

function personOf(username: string): PersonView {
  return { username, email: '' };
}

function count(query: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const text = parameter(query, name);
  if (text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw malformed(`${name} is not a number`);
  return Number(text);
}

function malformed(what: string): DomainError {
  return new DomainError('invalid', 'npm.search', `This search cannot be understood: ${what}.`);
}
