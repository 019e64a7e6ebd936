import { randomUUID } from 'node:crypto';
import { packagePurl } from '@waybill/contracts';
import type { Action, OrganizationId, Principal, Resource } from '@waybill/domain';
import { can, mayEver } from '@waybill/domain';
import { type Address, type Fixture, hiddenUnless, on, onOwnAccount } from './fixture.js';
import type { Ground } from './people.js';
import type { Things } from './things.js';

const nowhere = 'nowhere-at-all';
const sourceParams = { forge: 'github', owner: 'acme', name: 'of-the-matrix' };

/** One or more for each resolver that a route names; a resolver without one fails the test. */
export function fixturesOf(ground: Ground, things: Things): Readonly<Record<string, readonly Fixture[]>> {
  const installation: Fixture = { what: 'the installation', here: {}, decide: on({ kind: 'installation' }) };
  return {
    Installation: [installation],
    SigningKeysOfInstallation: [installation],
    WholeInstallation: [installation],
    OrganizationFounding: [installation],
    ...ofAccounts(things),
    ...ofOrganizations(ground, things, installation),
    ...ofRepositories(ground, things),
    ...ofPackages(ground, things),
  };
}

type Fixtures = Record<string, readonly Fixture[]>;

function ofAccounts({ owner, tokenId }: Things): Fixtures {
  const account: Resource = { kind: 'account', userId: owner.userId };
  const named = (what: string, here: Record<string, string>, missing: Record<string, string>): Fixture => ({
    what,
    here: { params: here },
    missing: { params: missing },
    decide: on(account),
  });
  return {
    OwnAccount: [{ what: 'one’s own account', here: {}, decide: onOwnAccount }],
    AccountOfUsername: [named('an account', { username: owner.username }, { username: nowhere })],
    TokenOwner: [named('a token', { tokenId }, { tokenId: randomUUID() })],
  };
}

function ofOrganizations({ acme, receiving }: Ground, things: Things, installation: Fixture): Fixtures {
  const { teamName, grantId, namespaceId, transferId } = things;
  const decide = on({ kind: 'organization', organizationId: acme.id });
  const fixture = (here: Address, missing: Address): Fixture => ({ what: 'an organization', here, missing, decide });
  // Things below it are there, so that a refusal of the handler is none.
  const below = { team: teamName, grant: grantId, name: 'robot', publisher: things.publisherId };
  const ofPath = fixture(
    { params: { organization: acme.name, ...below } },
    { params: { organization: nowhere, ...below } },
  );
  const ofBody = fixture({ body: { organization: acme.name } }, { body: { organization: nowhere } });
  const transfer = (...sides: OrganizationId[]): Fixture => ({
    what: 'a transfer',
    here: { params: { transferId } },
    missing: { params: { transferId: randomUUID() } },
    decide: (person, action) => {
      const side = (principal: Principal) =>
        sides.find((organizationId) => can(principal, 'admin', { kind: 'organization', organizationId }).allowed);
      const shown = person.principal && side(person.principal);
      const own: Resource = { kind: 'organization', organizationId: shown ?? acme.id };
      return hiddenUnless((principal) => side(principal) !== undefined, on(own))(person, action);
    },
  });
  const ofSource = (org: string): Address => ({ params: sourceParams, query: { org, host: 'github.com' } });
  const isOfOne = (path: string) => path.includes(':forge');
  return {
    OrganizationOfQuery: [
      { ...fixture({ query: { org: acme.name } }, { query: { org: nowhere } }), only: (path) => !isOfOne(path) },
      { ...fixture(ofSource(acme.name), ofSource(nowhere)), only: isOfOne },
    ],
    OrganizationOfPath: [ofPath],
    MembershipOfPath: [ofPath],
    TeamMembershipOfPath: [ofPath],
    OrganizationOfNewRepository: [ofBody],
    OrganizationOfNewNamespace: [ofBody],
    ChainOfQuery: [installation, fixture({ query: { org: acme.name } }, { query: { org: nowhere } })],
    NamespaceOfPath: [fixture({ params: { namespaceId } }, { params: { namespaceId: randomUUID() } })],
    EitherSideOfTransfer: [transfer(acme.id, receiving.id)],
    OfferingSideOfTransfer: [transfer(acme.id)],
    ReceivingSideOfTransfer: [transfer(receiving.id)],
    WebhookOwnerOfQuery: [fixture({ query: { org: acme.name } }, { query: { org: nowhere } })],
  };
}

function ofRepositories(ground: Ground, { webhookId, deployTokenIds }: Things): Fixtures {
  const { acme, secret } = ground;
  const each = (address: (slug: string) => Address): Fixture[] =>
    repositoriesOf(ground).map(({ slug, resource }) => ({
      what: `the repository ${slug}`,
      here: address(slug),
      missing: address(nowhere),
      decide: on(resource),
    }));
  const organization: Resource = { kind: 'organization', organizationId: acme.id };
  const own = repositoriesOf(ground)[0].resource;
  return {
    RepositoryOfPath: each((slug) => ({ params: { slug } })),
    RepositoryToDelete: each((slug) => ({ params: { slug } })),
    RepositoryOfRequest: each((repository) => ({
      params: { repository, tokenId: deployTokenIds[repository] ?? randomUUID() },
      query: { repository },
      body: { repository },
    })),
    OrganizationOfDeleted: [
      {
        what: 'a repository to be restored',
        here: { params: { slug: secret.slug } },
        missing: { params: { slug: nowhere } },
        decide: hiddenUnless((principal) => can(principal, 'restore', organization).allowed, on(organization)),
      },
    ],
    WebhookOfPath: [
      {
        what: 'a webhook',
        here: { params: { webhookId } },
        missing: { params: { webhookId: randomUUID() } },
        decide: hiddenUnless((principal) => {
          const decision = can(principal, 'manage-access', own);
          return decision.allowed || decision.tokenLacks !== undefined;
        }, on(own)),
      },
    ],
  };
}

function ofPackages(ground: Ground, things: Things): Fixtures {
  const { packageName, heldName, heldReleaseId, findingId, publisherId } = things;
  const purl = `pkg:npm/${packageName}`;
  const packages = repositoriesOf(ground).map(({ slug, resource }) => ({
    slug,
    resource: { ...resource, kind: 'package' as const, purl: packagePurl.parse(purl) },
  }));
  const each = (address: (slug: string) => Address, missing: Address): Fixture[] =>
    packages.map(({ slug, resource }) => ({
      what: `a package of ${slug}`,
      here: address(slug),
      missing,
      decide: on(resource),
    }));
  const held: Resource = {
    ...repositoriesOf(ground)[0].resource,
    kind: 'package',
    purl: packagePurl.parse(`pkg:npm/${heldName}`),
  };
  const may = (principal: Principal) =>
    (['review-findings', 'approve'] as const).some((action) => can(principal, action, held).allowed);
  const lacks = (principal: Principal) =>
    principal.kind === 'token' && !mayEver(principal, 'review-findings') && !mayEver(principal, 'approve');
  return {
    PackageResolver: [
      ...each((repository) => ({ params: { repository, package: packageName } }), {
        params: { repository: nowhere, package: packageName },
      }).map((fixture) => ({ ...fixture, only: (path: string) => path.includes(':package') })),
      ...repositoriesOf(ground).map(({ slug, resource }) => ({
        what: `the repository ${slug}`,
        here: { params: { repository: slug } },
        missing: { params: { repository: nowhere } },
        only: (path: string) => !path.includes(':package'),
        decide: on(resource),
      })),
    ],
    AttestedReleaseResolver: each((repository) => ({ params: { repository, spec: `${packageName}@1.0.0` } }), {
      params: { repository: nowhere, spec: `${packageName}@1.0.0` },
    }),
    PackageOfPath: each((repository) => ({ params: { purl }, query: { repository } }), {
      params: { purl },
      query: { repository: nowhere },
    }),
    ReleaseOfPurl: each((repository) => ({ params: { purl: `${purl}@1.0.0` }, query: { repository } }), {
      params: { purl: `${purl}@1.0.0` },
      query: { repository: nowhere },
    }),
    GrantedResource: each(
      (repository) => ({ params: { publisher: publisherId }, query: { repository, package: purl } }),
      { params: { publisher: publisherId }, query: { repository: nowhere, package: purl } },
    ),
    PublisherPackageResolver: [
      {
        what: 'the package that a minted token is for',
        here: { params: { package: packageName } },
        missing: { params: { package: nowhere } },
        // Nobody here has such a token.
        decide: hiddenUnless(() => false, on(held)),
      },
    ],
    StagedReleaseOfPath: [stagedFixture(ground, things)],
    FindingOfPath: [
      {
        what: 'a finding',
        here: { params: { findingId } },
        missing: { params: { findingId: randomUUID() } },
        decide: hiddenUnless((principal) => can(principal, 'review-findings', held).allowed, on(held)),
      },
    ],
    ReleaseOfPath: [
      {
        what: 'a held release',
        here: { params: { releaseId: heldReleaseId } },
        missing: { params: { releaseId: randomUUID() } },
        decide: (person, action) => {
          // What a token lacks altogether is told it before anything is looked up.
          if (person.principal !== undefined && lacks(person.principal)) return { allowed: false, because: 'known' };
          return hiddenUnless(may, on(held))(person, action);
        },
      },
    ],
  };
}

/** For who may approve it, and for who has staged it; each has to be able to read it. */
function stagedFixture(ground: Ground, { stagedName, stagedReleaseId, owner }: Things): Fixture {
  const staged: Resource = {
    ...repositoriesOf(ground)[0].resource,
    kind: 'package',
    purl: packagePurl.parse(`pkg:npm/${stagedName}`),
  };
  const submitting = ['stage', 'publish'] as const;
  const may = (principal: Principal) => {
    const allows = (action: Action) => can(principal, action, staged).allowed;
    const isOwn = principal.kind !== 'anonymous' && principal.userId === owner.userId;
    return allows('read') && (allows('approve') || (isOwn && submitting.some(allows)));
  };
  return {
    what: 'a staged release',
    here: { params: { releaseId: stagedReleaseId } },
    missing: { params: { releaseId: randomUUID() } },
    decide: (person, action) => {
      const asking = person.principal;
      // What a token lacks altogether is told it before anything is looked up.
      const knows = asking === undefined || (['approve', ...submitting] as const).some((one) => mayEver(asking, one));
      return knows ? hiddenUnless(may, on(staged))(person, action) : { allowed: false, because: 'known' };
    },
  };
}

function repositoriesOf({ acme, secret, open }: Ground) {
  const organizationId = acme.id;
  return [
    {
      slug: secret.slug,
      resource: { kind: 'repository', organizationId, repositoryId: secret.id, visibility: 'private' },
    },
    { slug: open.slug, resource: { kind: 'repository', organizationId, repositoryId: open.id, visibility: 'public' } },
  ] as const;
}
