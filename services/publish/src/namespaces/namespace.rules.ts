import type { PackageName, PackagePurl } from '@waybill/domain';
import { DomainError, parsePackagePurl } from '@waybill/domain';

export const namespaceKinds = ['scope', 'prefix', 'name', 'vendor'] as const;
export type NamespaceKind = (typeof namespaceKinds)[number];

/** What a claim is compared by: all names whose key begins with `matchKey`, or (`exact`) the one that has it. */
export interface NamePattern {
  readonly ecosystem: string;
  readonly kind: NamespaceKind;
  /** As people write it, normalised. */
  readonly pattern: string;
  readonly matchKey: string;
  readonly exact: boolean;
}

export type ComparedPattern = Pick<NamePattern, 'ecosystem' | 'matchKey' | 'exact'>;

interface NamingRules {
  readonly kinds: readonly NamespaceKind[];
  /** What ends each part of a name; a key ends with it, so that `acme` reaches `acme-x` and not `acmelike`. */
  readonly separator: '/' | '.' | '-';
  /** What one may claim, before it is normalised; without a `separator` at its end. */
  readonly shape: RegExp;
  readonly normalise: (text: string) => string;
  readonly fullName: (name: PackageName) => string;
}

const maxPattern = 214;

/**
 * Everything is compared in lower case, also where an ecosystem tells case apart: names of a repository differ in more than
 * that (`packages_name_key`), and a claim that another case escapes would hold nobody.
 */
const lower = (text: string) => text.toLowerCase();
/** PEP 503; also for the ecosystems whose names are as flat and as easily mixed up. */
const dashed = (text: string) => text.toLowerCase().replaceAll(/[-_.]+/g, '-');
const withNamespace = ({ namespace, name }: PackageName) => (namespace === undefined ? name : `${namespace}/${name}`);
const flat: NamingRules = {
  kinds: ['name', 'prefix'],
  separator: '-',
  shape: /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i,
  normalise: dashed,
  fullName: ({ name }) => name,
};

/** By purl type (ECMA-427). */
const rules: Readonly<Record<string, NamingRules>> = {
  npm: {
    kinds: ['scope'],
    separator: '/',
    shape: /^@[a-z0-9-~][a-z0-9-._~]*$/i,
    normalise: lower,
    fullName: withNamespace,
  },
  // A groupId, whose first two parts are a domain: one part alone would be all of `com`.
  maven: {
    kinds: ['prefix'],
    separator: '.',
    shape: /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/i,
    normalise: lower,
    fullName: ({ namespace, name }) => namespace ?? name,
  },
  nuget: {
    kinds: ['prefix'],
    separator: '.',
    shape: /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i,
    normalise: lower,
    fullName: ({ name }) => name,
  },
  composer: {
    kinds: ['vendor'],
    separator: '/',
    shape: /^[a-z0-9](?:[_.-]?[a-z0-9]+)*$/i,
    normalise: lower,
    fullName: withNamespace,
  },
  // The first segments of a repository name (OCI distribution, "Pulling manifests").
  oci: {
    kinds: ['prefix'],
    separator: '/',
    shape: /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/i,
    normalise: lower,
    fullName: withNamespace,
  },
  pypi: flat,
  cargo: flat,
  gem: flat,
  conda: flat,
};

export const namedEcosystems = Object.keys(rules);

/** Errors: `invalid` `namespace.ecosystem`, `namespace.kind`, `namespace.pattern`. */
export function namePattern(ecosystem: string, kind: NamespaceKind, text: string): NamePattern {
  const naming = rulesOf(ecosystem);
  if (!naming.kinds.includes(kind)) {
    const kinds = naming.kinds.join(' or ');
    throw invalid('namespace.kind', `Of ${ecosystem} one claims a ${kinds}.`, 'body.kind');
  }
  const isPrefix = kind !== 'name';
  const trimmed = isPrefix && text.endsWith(naming.separator) ? text.slice(0, -1) : text;
  if (trimmed.length > maxPattern || !naming.shape.test(trimmed)) {
    throw invalid('namespace.pattern', `${ecosystem} has no names like this.`, 'body.pattern');
  }
  const normal = naming.normalise(trimmed);
  const matchKey = `${normal}${naming.separator}`;
  // NuGet reserves `Acme.`, as it is written there.
  const pattern = ecosystem === 'nuget' ? matchKey : normal;
  return { ecosystem, kind, pattern, matchKey, exact: !isPrefix };
}

/** The key of a package's name, and all keys of patterns that reach it; undefined where nobody can claim names. */
export function keysOfPackage(purl: PackagePurl): { ecosystem: string; key: string; candidates: string[] } | undefined {
  const name = parsePackagePurl(purl);
  const naming = rules[name.ecosystem];
  if (naming === undefined) return undefined;
  const key = `${naming.normalise(naming.fullName(name))}${naming.separator}`;
  const candidates: string[] = [];
  for (let end = key.indexOf(naming.separator); end !== -1; end = key.indexOf(naming.separator, end + 1)) {
    candidates.push(key.slice(0, end + 1));
  }
  return { ecosystem: name.ecosystem, key, candidates };
}

/** Whether there can be a name that both reach. */
export function overlaps(one: ComparedPattern, other: ComparedPattern): boolean {
  if (one.ecosystem !== other.ecosystem) return false;
  if (one.exact && other.exact) return one.matchKey === other.matchKey;
  if (one.exact) return one.matchKey.startsWith(other.matchKey);
  if (other.exact) return other.matchKey.startsWith(one.matchKey);
  return one.matchKey.startsWith(other.matchKey) || other.matchKey.startsWith(one.matchKey);
}

/**
 * Whether control of the domain proves the claim by itself: for a groupId that begins with the domain reversed. The owner of
 * `acme.xyz` has no more right to `@acme` than that of `acme.com`, so that for all else people decide.
 */
export function isProvenBy(
  { ecosystem, matchKey }: Pick<NamePattern, 'ecosystem' | 'matchKey'>,
  domain: string,
): boolean {
  if (ecosystem !== 'maven') return false;
  return matchKey.startsWith(`${domain.toLowerCase().split('.').toReversed().join('.')}.`);
}

/** The domain that a groupId begins with, as its owner is expected to have: `acme.com` of `com.acme.tools`. */
export function defaultDomainOf({
  ecosystem,
  matchKey,
}: Pick<NamePattern, 'ecosystem' | 'matchKey'>): string | undefined {
  const domain = matchKey.split('.').slice(0, 2).toReversed().join('.');
  return ecosystem === 'maven' && domainShape.test(domain) ? domain : undefined;
}

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** RFC 1035, 2.3.1 with digits first (RFC 1123, 2.1); at least two labels, the last of which is no number. */
export const domainShape = new RegExp(`^(?=.{1,230}$)(?:${label}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$`);

function rulesOf(ecosystem: string): NamingRules {
  const naming = Object.hasOwn(rules, ecosystem) ? rules[ecosystem] : undefined;
  if (naming !== undefined) return naming;
  throw invalid('namespace.ecosystem', `Names are claimed in ${namedEcosystems.join(', ')}.`, 'body.ecosystem');
}

function invalid(code: string, message: string, field: string): DomainError {
  return new DomainError('invalid', code, message, { details: { errors: [{ field, code, message }] } });
}
