import { randomUUID } from 'node:crypto';
import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import { deprecateReleases, moveTag, removeTag, submitRelease, submitReleaseBatch } from '@waybill/contracts';
import { withdrawReleases } from '@waybill/contracts';
import type { OrganizationId, Visibility } from '@waybill/domain';
import { DomainError, parsePackagePurl, releasePurl } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedDuring } from './changed-during.js';
import { leakedKey, type RunningPublish, startPublish } from './running-publish.js';

let publish: RunningPublish;
let other: OrganizationId;

beforeAll(async () => {
  publish = await startPublish();
  other = randomUUID() as OrganizationId;
});

afterAll(async () => {
  await publish.stop();
});

/** A repository of the organization that is about to lose it, with a package of two versions, of which one is withdrawn. */
interface Place {
  readonly repository: RepositoryFacts;
  readonly release: ReleaseFacts;
  readonly at: (kind: 'packages' | 'releases', rest?: string) => string;
}

type Write = (place: Place) => Promise<unknown>;

interface UseCase {
  readonly what: string;
  /** What was there before the write begins, which begins with what this resolves to. */
  readonly prepare?: (place: Place) => Promise<Write>;
  readonly write?: Write;
}

async function placeWith(visibility: Visibility): Promise<Place> {
  const repository = await publish.repository(visibility);
  const version = '1.0.0';
  const submitted = await publish.submission({ repository, name: 'boat', version, bytes: repository.slug });
  const purl = releasePurl({ ecosystem: 'cargo', name: 'boat' }, version);
  const { release } = await publish.ask(submitRelease, { ...submitted, purl, tags: ['latest', 'old'] });
  const settled = await publish.scan(release);
  const query = `?repository=${repository.slug}`;
  const addresses = { packages: settled.packagePurl, releases: settled.purl };
  const at: Place['at'] = (kind, rest = '') => `/api/v1/${kind}/${encodeURIComponent(addresses[kind])}${rest}${query}`;
  return { repository, release: settled, at };
}

const http =
  (method: string, target: (place: Place) => string, body?: (place: Place) => object): Write =>
  (place) =>
    publish.http(method, target(place), { as: publish.owner, ...(body === undefined ? {} : { body: body(place) }) });

const wish = ({ repository, release }: Place) => ({
  principal: publish.owner,
  repositoryId: repository.repositoryId,
  packagePurl: release.packagePurl,
  requestId: 'test',
});

const repositoryPath = ({ repository }: Place) => `/api/v1/repositories/${repository.slug}`;
const confirmRepository = ({ repository }: Place) => ({ confirm: repository.slug });
const confirmPackage = ({ release }: Place) => ({ confirm: parsePackagePurl(release.packagePurl).name });

function isSuccess(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'status' in answer && Number(answer.status) < 300;
}

/** What was done by the same person before, as it is undone. */
const after =
  (before: Write, write: Write) =>
  async (place: Place): Promise<Write> => {
    const answer = await before(place);
    if (!isSuccess(answer)) throw new Error('What is to be undone was not done.');
    return write;
  };

const deletePackage = http('DELETE', ({ at }) => at('packages'), confirmPackage);
const withdrawRelease = http('DELETE', ({ at }) => at('releases'));
const yank = http('POST', ({ at }) => at('releases', '/yank'));

const submit =
  (name: string, version: string) =>
  async ({ repository }: Place): Promise<Write> => {
    const request = await publish.submission({ repository, name, version, by: publish.owner });
    const purl = releasePurl({ ecosystem: 'cargo', name }, version);
    return () => publish.ask(submitRelease, { ...request, purl });
  };

const review =
  (verb: 'approve' | 'reject' | 'rescan') =>
  async ({ repository }: Place): Promise<Write> => {
    const { release } = await publish.submit({ repository, name: `held-${verb}` });
    if (verb !== 'rescan') await publish.scan(release, [leakedKey]);
    const body = verb === 'rescan' ? {} : { body: { reason: 'Because.' } };
    const target = `/api/v1/held-releases/${release.releaseId}/${verb}`;
    return () => publish.http('POST', target, { as: publish.owner, ...body });
  };

const useCases: UseCase[] = [
  { what: 'a change of a repository', write: http('PATCH', repositoryPath, () => ({ visibility: 'internal' })) },
  { what: 'the deletion of a repository', write: http('DELETE', repositoryPath, confirmRepository) },
  {
    what: 'the restoration of a repository',
    prepare: after(
      http('DELETE', repositoryPath, confirmRepository),
      http('POST', (place) => `${repositoryPath(place)}/restore`),
    ),
  },
  { what: 'the first release of a package', prepare: submit('new', '1.0.0') },
  { what: 'another release of a package', prepare: submit('boat', '2.0.0') },
  {
    what: 'a batch of releases',
    prepare: async ({ repository }) => {
      const names = ['one', 'two'];
      const wishes = await Promise.all(
        names.map((name) => publish.submission({ repository, name, by: publish.owner })),
      );
      const shared = { repositoryId: repository.repositoryId, principal: publish.owner, requestId: 'test' };
      const submissions = wishes.map(({ purl, artifacts, metadata, summary, tags }) => {
        return { purl, artifacts, metadata, summary, tags };
      });
      return () => publish.ask(submitReleaseBatch, { ...shared, submissions });
    },
  },
  { what: 'a tag', write: (place) => publish.ask(moveTag, { ...wish(place), tag: 'new', version: '1.0.0' }) },
  {
    what: 'a tag that stays',
    write: (place) => publish.ask(moveTag, { ...wish(place), tag: 'old', version: '1.0.0' }),
  },
  { what: 'the removal of a tag', write: (place) => publish.ask(removeTag, { ...wish(place), tag: 'old' }) },
  {
    what: 'a change of a package',
    write: http(
      'PATCH',
      ({ at }) => at('packages'),
      () => ({ archived: true }),
    ),
  },
  { what: 'the deletion of a package', write: deletePackage },
  {
    what: 'the restoration of a package',
    prepare: after(
      deletePackage,
      http('POST', ({ at }) => at('packages', '/restore')),
    ),
  },
  {
    what: 'a withdrawal',
    write: (place) => publish.ask(withdrawReleases, { ...wish(place), versions: 'all', tags: {} }),
  },
  {
    what: 'the restoration of a release',
    prepare: after(
      withdrawRelease,
      http('POST', ({ at }) => at('releases', '/restore')),
    ),
  },
  { what: 'a yank', write: yank },
  {
    what: 'the end of a yank',
    prepare: after(
      yank,
      http('POST', ({ at }) => at('releases', '/unyank')),
    ),
  },
  {
    what: 'a deprecation',
    write: (place) => publish.ask(deprecateReleases, { ...wish(place), messages: { '1.0.0': 'It sinks.' } }),
  },
  { what: 'an approval', prepare: review('approve') },
  { what: 'a rejection', prepare: review('reject') },
  { what: 'another scan', prepare: review('rescan') },
  {
    what: 'the judgement of a finding',
    prepare: async ({ repository }) => {
      await publish.held({ repository, name: 'found' });
      const listed = await publish.http('GET', `/api/v1/findings?repository=${repository.slug}`, { as: publish.owner });
      const target = `/api/v1/findings/${String(listed.items[0]?.['findingId'])}`;
      return () => publish.http('PATCH', target, { as: publish.owner, body: { state: 'fixed' } });
    },
  },
];

/** Everything that publish knows of a repository, but whose it is, and of what was done to anything. */
async function everything({ repositoryId }: RepositoryFacts): Promise<unknown> {
  const inRepository = 'package_id IN (SELECT package_id FROM packages WHERE repository_id = $1)';
  const tables = {
    repositories: 'repository_id = $1',
    packages: 'repository_id = $1',
    releases: inRepository,
    tags: inRepository,
    findings: `release_id IN (SELECT release_id FROM releases WHERE ${inRepository})`,
  };
  const rows = await Promise.all(
    Object.entries(tables).map(([table, where]) =>
      publish.query(`SELECT to_jsonb(t) - 'organization_id' AS row FROM ${table} t WHERE ${where} ORDER BY t::text`, [
        repositoryId,
      ]),
    ),
  );
  const audited = await publish.query(`SELECT 1 FROM audit_events WHERE outcome = 'success'`);
  const told = await publish.query('SELECT type FROM outbox WHERE starts_with(aggregate, $1) ORDER BY position', [
    repositoryId,
  ]);
  return { rows, audited: audited.length, told };
}

async function refused(answer: Promise<unknown>): Promise<unknown> {
  try {
    const given = await answer;
    return typeof given === 'object' && given !== null && 'status' in given ? given.status : given;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { 'not-found': 404, forbidden: 403 }[error.kind as string] ?? error;
  }
}

describe('what was decided before a repository became another organization’s', () => {
  it.each(useCases.flatMap((one) => (['private', 'public'] as const).map((visibility) => ({ ...one, visibility }))))(
    'is decided again for $what, $visibility: nothing happens, and no chain tells of it (A1, A6, T11, W9)',
    async ({ prepare, write, visibility, what }) => {
      const place = await placeWith(visibility);
      const begin = prepare === undefined ? write! : await prepare(place);
      const { repository } = place;
      const before = await everything(repository);
      const answer = await changedDuring(
        publish,
        { table: 'repositories', id: repository.repositoryId, change: `organization_id = '${other}'` },
        () => refused(begin(place)),
      );
      // Who reviews, or restores a repository, hears of no such thing, also where everybody may see the package.
      const isHidden = visibility === 'private' || hiddenAlways.has(what);
      expect(answer).toBe(isHidden ? 404 : 403);
      expect(await everything(repository)).toEqual(before);
    },
  );
});

const hiddenAlways = new Set([
  'the restoration of a repository',
  'an approval',
  'a rejection',
  'another scan',
  'the judgement of a finding',
]);
