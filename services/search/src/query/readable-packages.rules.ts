import type { PackagePurl, Principal, Resource, Visibility } from '@waybill/domain';
import { can, effectiveVisibility, namedByScopes, packagesNamed, visibilities } from '@waybill/domain';
import type { NamedPackages, VisiblePackages } from '../search-index/search-index.js';

type InRepository = Omit<Extract<Resource, { kind: 'repository' }>, 'kind'>;
const everySaying = [null, ...visibilities] as const;

/**
 * What of a repository the principal may find: packages by what they say of their visibility, and those that grants or scopes
 * name. A decision depends on the package itself only where one of them names it, so that asking about those is asking about
 * every hit (security.md A5). A package that is unlisted in a listed repository is found by those only who were given it.
 */
export function readablePackages(principal: Principal, repository: InRepository): VisiblePackages {
  const { organizationId, repositoryId } = repository;
  const saying = everySaying.filter((own) => {
    const visibility = shownVisibility(repository.visibility, own);
    return can(principal, 'read', { kind: 'repository', organizationId, repositoryId, visibility }).allowed;
  });
  if (saying.length === everySaying.length) return 'everything';
  const { purls, prefixes } = namesIn(principal, repository);
  // Of packages that begin alike and of which nobody says more, one stands for all, whose name nobody can have.
  const beginning = prefixes.map((purl) => {
    const { saying: ofAll } = readableNamed(principal, repository, `${purl}\0` as PackagePurl);
    return { purl, saying: ofAll };
  });
  const named = purls.map((purl) => readableNamed(principal, repository, purl));
  return { saying, named: named.filter(isSomething), beginning: beginning.filter(isSomething) };
}

export function isNothing(visible: VisiblePackages): boolean {
  return visible !== 'everything' && visible.saying.length + visible.named.length + visible.beginning.length === 0;
}

function readableNamed(principal: Principal, repository: InRepository, purl: PackagePurl): NamedPackages {
  const saying = everySaying.filter((own) => {
    const visibility = shownVisibility(repository.visibility, own);
    return can(principal, 'read', { kind: 'package', ...repository, visibility, purl }).allowed;
  });
  return { purl, saying };
}

function isSomething({ saying }: NamedPackages): boolean {
  return saying.length > 0;
}

function shownVisibility(repository: Visibility, own: Visibility | null): Visibility {
  if (own === 'unlisted' && repository !== 'unlisted') return 'private';
  return effectiveVisibility(repository, own);
}

function namesIn(principal: Principal, { organizationId, repositoryId }: InRepository) {
  const given = principal.kind === 'anonymous' ? [] : [...principal.grants, ...namedByScopes(principal)];
  const purls = given.flatMap((one) => packagesNamed(one, repositoryId));
  const prefixes = given.flatMap((one) =>
    one.kind === 'pattern' && one.organizationId === organizationId ? [one.purlPrefix] : [],
  );
  return { purls: [...new Set(purls)], prefixes: [...new Set(prefixes)] };
}
