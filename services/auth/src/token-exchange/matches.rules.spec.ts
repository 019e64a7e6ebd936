import { randomUUID } from 'node:crypto';
import type { OrganizationId, PackagePurl, PublisherId, RepositoryId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { exampleClaims, fromGithub, lookupKey, providers, readClaims } from '@waybill/trusted-publishing';
import { describe, expect, it } from 'vitest';
import type { VerifiedIdToken } from '../oidc-issuers/verified-id-token.js';
import type { PublisherAction } from '../trusted-publishers/publisher-actions.rules.js';
import type { PublisherCandidate, PublisherTarget } from '../trusted-publishers/publisher-wish.js';
import { TrustedPublisherEntity } from '../trusted-publishers/trusted-publisher.entity.js';
import { choose, matchesOf } from './matches.rules.js';

const issuer = 'https://token.actions.githubusercontent.com';
const leftPad = 'pkg:npm/left-pad' as PackagePurl;
const organizationId = randomUUID() as OrganizationId;
const main = { repositoryId: randomUUID() as RepositoryId, repository: 'main' };
const other = { repositoryId: randomUUID() as RepositoryId, repository: 'other' };

function verifiedWith(claims: Readonly<Record<string, unknown>> = {}): VerifiedIdToken {
  const read = readClaims('github-actions', {
    ...exampleClaims('github-actions', issuer),
    aud: 'test',
    iat: 1,
    exp: 2,
    jti: 'x',
    ...claims,
  });
  const now = new Date();
  return {
    issuer: {
      url: issuer,
      provider: 'github-actions',
      organizations: 'all',
      registration: 'built-in',
      algorithm: 'RS256',
    },
    claims: read,
    times: { issuedAt: now, expiresAt: now, replayUntil: now },
    replayKey: 'jti:x',
    path: providers['github-actions'].releasePath(read),
  };
}

interface Given {
  readonly targets?: readonly Partial<PublisherTarget>[];
  readonly actions?: PublisherAction[];
  readonly repository?: string;
  readonly createdAt?: Date;
  /** From which projects something came through it. */
  readonly published?: string[];
  readonly organizationId?: OrganizationId;
  readonly rule?: Partial<TrustedPublisherDraft>;
}

function candidate({
  targets = [{}],
  actions = ['publish'],
  repository = 'left-pad',
  createdAt,
  rule: more = {},
  published = [],
  organizationId: owner = organizationId,
}: Given = {}): PublisherCandidate {
  const rule = { ...fromGithub({ owner: 'acme', repository, workflow: 'release.yml' }), ...more };
  return {
    publisher: Object.assign(new TrustedPublisherEntity(), {
      publisherId: randomUUID() as PublisherId,
      organizationId: owner,
      provider: 'github-actions',
      issuer,
      lookupKey: lookupKey(rule),
      rule,
      actions,
      createdBy: 'test',
      version: 1,
      createdAt: createdAt ?? new Date(),
      updatedAt: new Date(),
      firstUsedAt: null,
      firstPublishedAt: published.length > 0 ? new Date() : null,
      publishedProjects: published,
      projectSince: null,
      lastUsedAt: null,
      endedAt: null,
    }),
    targets: targets.map((target) => ({
      targetId: randomUUID(),
      kind: 'package',
      ...main,
      packagePurl: target.kind === undefined || target.kind === 'package' ? leftPad : null,
      purlPrefix: null,
      pending: false,
      everywhere: false,
      ...target,
    })),
  };
}

const matching = (candidates: readonly PublisherCandidate[], claims = {}) =>
  matchesOf(candidates.map((each) => ({ verified: verifiedWith(claims), candidate: each })));

function codeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof DomainError ? error.code : error;
  }
}

/** The id of the project of the example's token. */
const project = '74';
const pattern = { kind: 'pattern' as const, purlPrefix: 'pkg:npm/' };
const whole = { kind: 'repository' as const };

describe('what a token is for', () => {
  it('is one package, whatever else its publisher names (T10)', () => {
    const only = candidate({ targets: [{}, whole] });
    const { scopes } = choose(matching([only]), { ecosystem: 'npm', packagePurl: leftPad });
    const on = { kind: 'package', repositoryId: main.repositoryId, purl: leftPad };
    expect(scopes).toEqual([{ actions: ['read', 'publish'], on, publisherId: only.publisher.publisherId }]);
  });

  it('is all that its publishers name in the repository, of the ecosystem that was said (T10)', () => {
    const publishers = [
      candidate(),
      candidate({ targets: [pattern] }),
      candidate({ targets: [whole], actions: ['read'] }),
    ];
    const { repositoryId } = main;
    const { scopes, matches } = choose(matching(publishers), { ecosystem: 'npm' });
    expect(matches).toHaveLength(3);
    expect(scopes.map(({ on }) => on)).toEqual([
      { kind: 'package', repositoryId, purl: leftPad },
      { kind: 'pattern', organizationId, repositoryId, purlPrefix: 'pkg:npm/' },
      { kind: 'pattern', organizationId, repositoryId, purlPrefix: 'pkg:npm/' },
    ]);
    expect(scopes[2]?.actions).toEqual(['read']);
    const anything = choose(matching([candidate({ targets: [whole] })]), {});
    expect(anything.scopes[0]?.on).toEqual({ kind: 'repository', repositoryId });
  });

  it('is what was said of the package itself, before what was said of many', () => {
    const stages = candidate({ actions: ['stage'] });
    const publishes = candidate({ targets: [pattern] });
    const chosen = choose(matching([publishes, stages]), { ecosystem: 'npm', packagePurl: leftPad });
    expect(chosen.matches[0].candidate.publisher).toBe(stages.publisher);
    expect(chosen.scopes[0]?.actions).toEqual(['read', 'stage']);
    const demanding = candidate({ rule: { requireProtectedRef: true } });
    const asked = { ecosystem: 'npm', packagePurl: leftPad };
    expect(choose(matching([stages, demanding]), asked).matches[0].candidate.publisher).toBe(demanding.publisher);
    const older = candidate({ createdAt: new Date(0) });
    const alike = choose(matching([stages, older]), asked);
    expect(alike.matches[0].candidate.publisher).toBe(older.publisher);
  });

  it('is less where less is wanted, and nothing where that is not given', () => {
    const matches = matching([candidate({ actions: ['publish', 'yank'] })]);
    expect(choose(matches, { packagePurl: leftPad, actions: ['yank', 'delete'] }).scopes[0]?.actions).toEqual(['yank']);
    expect(codeOf(() => choose(matches, { packagePurl: leftPad, actions: ['delete'] }))).toBe('oidc.scope-refused');
  });

  it('is said by its package where a narrower publisher gives less than a wider one on the same (T10)', () => {
    const core = candidate({ targets: [{ packagePurl: 'pkg:npm/%40acme/core' as PackagePurl }], actions: ['stage'] });
    const scope = candidate({ targets: [{ ...pattern, purlPrefix: 'pkg:npm/%40acme/' }] });
    const others = candidate({ targets: [{ ...pattern, purlPrefix: 'pkg:npm/%40other/' }] });
    const whole = candidate({ targets: [{ kind: 'repository' }] });
    const asked = (candidates: PublisherCandidate[], more = {}) =>
      codeOf(() => choose(matching(candidates), { ecosystem: 'npm', ...more }).scopes.length);
    for (const wide of [scope, whole]) {
      expect(asked([core, wide])).toBe('oidc.package-needed');
      // Also where the narrower one gives none of what is wanted.
      expect(asked([core, wide], { actions: ['publish'] })).toBe('oidc.package-needed');
      expect(asked([core, wide], { actions: ['read'] })).toBe(2);
      expect(asked([core, wide], { actions: ['stage'] })).toBe(1);
    }
    expect(asked([core, others])).toBe(2);
    const demanding = candidate({ actions: ['stage'], rule: { requireProtectedRef: true } });
    expect(asked([demanding, candidate()])).toBe('oidc.package-needed');
    const more = candidate({
      targets: [{ packagePurl: 'pkg:npm/%40acme/core' as PackagePurl }],
      actions: ['publish', 'yank'],
    });
    expect(asked([more, scope])).toBe(2);
  });

  it('is unclear without a package: between repositories, and with too many packages', () => {
    const two = [candidate(), candidate({ targets: [other] })];
    expect(codeOf(() => choose(matching(two), {}))).toBe('oidc.ambiguous');
    const strangers = randomUUID() as OrganizationId;
    const added = [candidate({ published: [project] }), candidate({ targets: [other], organizationId: strangers })];
    expect(choose(matching(added), {}).scopes.map(({ on }) => on.repositoryId)).toEqual([main.repositoryId]);
    const targets = Array.from({ length: 51 }, (_, index) => ({ packagePurl: `pkg:npm/p${index}` as PackagePurl }));
    expect(codeOf(() => choose(matching([candidate({ targets })]), {}))).toBe('oidc.too-many-packages');
  });
});

describe('what a token of a package is for that several repositories trust', () => {
  const elsewhere = (index: number) => ({ repositoryId: `r-${index}` as RepositoryId, repository: `r-${index}` });
  const stranger = (index: number, given: Given = {}) =>
    candidate({ targets: [elsewhere(index)], organizationId: 'strangers' as OrganizationId, ...given });
  const chosen = (candidates: readonly PublisherCandidate[]) => choose(matching(candidates), { packagePurl: leftPad });
  const placesOf = (candidates: readonly PublisherCandidate[]) =>
    chosen(candidates).scopes.map(({ on }) => on.repositoryId);

  it('is that package in each of them, by its own publisher there', () => {
    const [ours, theirs] = [candidate({ actions: ['stage'] }), stranger(1)];
    const { scopes, organizations } = chosen([theirs, ours]);
    expect(organizations).toHaveLength(2);
    expect(
      new Set(scopes.map(({ actions, on, publisherId }) => [on.repositoryId, publisherId, actions].join())),
    ).toEqual(
      new Set([
        [main.repositoryId, ours.publisher.publisherId, 'read', 'stage'].join(),
        [elsewhere(1).repositoryId, theirs.publisher.publisherId, 'read', 'publish'].join(),
      ]),
    );
  });

  it('is nothing of organizations that nothing came to, beside one that something did', () => {
    const published = candidate({ published: [project] });
    expect(placesOf([stranger(1), published, candidate({ targets: [other] })])).toEqual([
      main.repositoryId,
      other.repositoryId,
    ]);
    expect(placesOf([stranger(1), stranger(2, { published: [project] }), candidate()])).toHaveLength(2);
  });

  it('is known by what came from the very project: what came from another one of the same owner proves nothing (T3, T8)', () => {
    const rule = { conditions: [{ claim: 'repository_owner', is: 'acme' }] };
    const insider = stranger(1, { rule, published: ['1234'], targets: [{ ...elsewhere(1), ...whole }] });
    const { scopes, known } = chosen([insider, candidate()]);
    expect(scopes.map(({ on }) => on.repositoryId)).toEqual([elsewhere(1).repositoryId, main.repositoryId]);
    expect(known.size).toBe(0);
    expect(placesOf([insider, candidate({ published: [project] })])).toEqual([main.repositoryId]);
    expect(placesOf([stranger(1, { published: ['1234', project] }), candidate()])).toEqual(['r-1']);
  });

  it('is known by nothing where tokens do not name a project (T3)', () => {
    const [insider, ours] = [stranger(1, { published: ['acme/left-pad', ''] }), candidate()];
    const verified = verifiedWith();
    const { repository: _, repositoryId: __, ...path } = verified.path;
    const pairs = [insider, ours].map((each) => ({ verified: { ...verified, path }, candidate: each }));
    expect(choose(matchesOf(pairs), { packagePurl: leftPad }).scopes).toHaveLength(2);
  });

  it('is for every organization that published from there, however many places one of them has (T3)', () => {
    const crowd = Array.from({ length: 50 }, (_, index) =>
      stranger(index, { createdAt: new Date(index), published: [project] }),
    );
    const late = candidate({ createdAt: new Date(), published: [project] });
    expect(placesOf([...crowd, late]).slice(0, 2)).toEqual(['r-0', main.repositoryId]);
    expect(placesOf([...crowd, late])).toHaveLength(50);
    const unproven = candidate({ targets: [other] });
    expect(placesOf([unproven, ...crowd.slice(0, 2), late])).toEqual([
      'r-0',
      main.repositoryId,
      'r-1',
      other.repositoryId,
    ]);
  });

  it('is for who waits for a first release before those who came later, of each organization one (T3)', () => {
    const pending = candidate({ createdAt: new Date(0), targets: [{ ...main, pending: true }] });
    const later = Array.from({ length: 60 }, (_, index) =>
      stranger(index, {
        createdAt: new Date(index + 1),
        organizationId: `strangers-${index}` as OrganizationId,
        targets: [{ ...elsewhere(index), ...whole }],
      }),
    );
    expect(placesOf([...later, pending])[0]).toBe(main.repositoryId);
  });

  it('is for 50 of them at most, of each organization in turn, and of the older', () => {
    const crowd = Array.from({ length: 70 }, (_, index) => stranger(index, { createdAt: new Date(index) }));
    const late = candidate({ createdAt: new Date() });
    expect(placesOf([...crowd, late])).toHaveLength(50);
    expect(placesOf([...crowd, late]).slice(0, 3)).toEqual(['r-0', main.repositoryId, 'r-1']);
    const pending = candidate({ createdAt: new Date(0), targets: [{ ...other, pending: true }] });
    expect(placesOf([pending, late])).toEqual([main.repositoryId, other.repositoryId]);
  });

  it('leaves out who gives none of what is wanted', () => {
    const matches = matching([candidate({ actions: ['stage'] }), stranger(1)]);
    const asked = { packagePurl: leftPad, actions: ['publish' as const] };
    expect(choose(matches, asked).scopes.map(({ on }) => on.repositoryId)).toEqual(['r-1']);
  });
});

describe('a token that no publisher takes', () => {
  it('is told nothing unless its repository is the one that is named (A6)', () => {
    expect(codeOf(() => matching([]))).toBe('oidc.no-publisher');
    expect(codeOf(() => matching([candidate({ repository: 'elsewhere' })]))).toBe('oidc.no-publisher');
    const refused = (): unknown => matching([candidate()], { event_name: 'pull_request_target' });
    expect(codeOf(refused)).toBe('oidc.publisher-refuses');
    expect(refused).toThrow('strangers can cause');
  });
});
