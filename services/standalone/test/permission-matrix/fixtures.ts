import { randomUUID } from 'node:crypto';
import { packagePurl } from '@waybill/contracts';
import type { Action, Principal, Resource } from '@waybill/domain';
import { can, decisionOnMissing } from '@waybill/domain';
import type { Decision } from '@waybill/domain';
import type { Ground, Person } from './people.js';

/** Where a route is told what it is about. */
export interface Address {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Something that a resolver finds, and something of the kind that is not there. */
export interface Fixture {
  readonly what: string;
  readonly here: Address;
  /** Undefined: there always is one (the installation, one's own account). */
  readonly missing?: Address;
  /** What the one place of decisions must say; asked for by the declared action. */
  decide(person: Person, action: Action): Decision;
}

export interface Things {
  readonly ground: Ground;
  readonly packageName: string;
  readonly heldReleaseId?: string;
}

/** One for each resolver that a route names; a resolver without one fails the test. */
export function fixturesOf({ ground, packageName }: Things): Readonly<Record<string, readonly Fixture[]>> {
  const { acme, secret, open } = ground;
  const organization: Resource = { kind: 'organization', organizationId: acme.id };
  const repositories = [
    { slug: secret.slug, resource: repositoryResource(ground, 'secret') },
    { slug: open.slug, resource: repositoryResource(ground, 'open') },
  ];
  const purl = `pkg:npm/${packageName}`;
  const packages = repositories.map(({ slug, resource }) => ({
    slug,
    resource: { ...resource, kind: 'package' as const, purl: packagePurl.parse(purl) },
  }));
  const nowhere = 'nowhere-at-all';
  const installation: Fixture = { what: 'the installation', here: {}, decide: always({ kind: 'installation' }) };
  const organizationOfPath: Fixture = {
    what: 'an organization',
    here: { params: { organization: acme.name } },
    missing: { params: { organization: nowhere } },
    decide: always(organization),
  };
  const organizationOfBody: Fixture = {
    what: 'an organization',
    here: { body: { organization: acme.name } },
    missing: { body: { organization: nowhere } },
    decide: always(organization),
  };
  const ofRepositories = (address: (slug: string) => Address): Fixture[] =>
    repositories.map(({ slug, resource }) => ({
      what: `the repository ${slug}`,
      here: address(slug),
      missing: address(nowhere),
      decide: always(resource),
    }));
  const ofPackages = (address: (slug: string, name: string) => Address, missing: Address): Fixture[] =>
    packages.map(({ slug, resource }) => ({
      what: `a package of ${slug}`,
      here: address(slug, packageName),
      missing,
      decide: always(resource),
    }));
  return {
    Installation: [installation],
    SigningKeysOfInstallation: [installation],
    WholeInstallation: [installation],
    OrganizationFounding: [installation],
    OwnAccount: [{ what: 'one’s own account', here: {}, decide: onOwnAccount }],
    OrganizationOfPath: [organizationOfPath],
    MembershipOfPath: [organizationOfPath],
    TeamMembershipOfPath: [organizationOfPath],
    OrganizationOfNewRepository: [organizationOfBody],
    OrganizationOfNewNamespace: [organizationOfBody],
    RepositoryOfPath: ofRepositories((slug) => ({ params: { slug } })),
    RepositoryToDelete: ofRepositories((slug) => ({ params: { slug } })),
    PackageResolver: ofPackages((repository, name) => ({ params: { repository, package: name } }), {
      params: { repository: nowhere, package: packageName },
    }),
    PackageOfPath: ofPackages((repository, name) => ({ params: { purl: `pkg:npm/${name}` }, query: { repository } }), {
      params: { purl: `pkg:npm/${nowhere}` },
      query: { repository: secret.slug },
    }),
  };

  function always(resource: Resource): Fixture['decide'] {
    return ({ principal }, action) => (principal === undefined ? unauthenticated : can(principal, action, resource));
  }
}

export const unauthenticated: Decision = { allowed: false, because: 'authenticate' };

/** For resolvers that show a thing only to those who may do something to it. */
export function hiddenUnless(may: (principal: Principal) => boolean, decide: Fixture['decide']): Fixture['decide'] {
  return (person, action) => {
    if (person.principal === undefined) return unauthenticated;
    return may(person.principal) ? decide(person, action) : decisionOnMissing(person.principal);
  };
}

function onOwnAccount({ principal }: Person, action: Action): Decision {
  if (principal === undefined || principal.kind === 'anonymous') return unauthenticated;
  return can(principal, action, { kind: 'account', userId: principal.userId });
}

function repositoryResource({ acme, secret, open }: Ground, which: 'secret' | 'open') {
  const visibility = which === 'secret' ? ('private' as const) : ('public' as const);
  const repositoryId = which === 'secret' ? secret.id : open.id;
  return { kind: 'repository' as const, organizationId: acme.id, repositoryId, visibility };
}
