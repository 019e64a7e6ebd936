import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import {
  packageMoved,
  releasePublished,
  releaseRestored,
  releaseWithdrawn,
  replayEvents,
  repositoryChanged,
  repositoryPurged,
} from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { ReadModelRebuild } from '@waybill/read-model';
import { eventually } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import type { AdapterUnderTest, NamedVersion } from './adapter-under-test.js';
import { answering } from './answering.js';
import { memberOf } from './principals.js';
import { repository, type RunningAdapter } from './running-adapter.js';
import { aboutPackage, marked, ToldPackages } from './told-packages.js';

/** What becomes of packages and repositories, in whatever order it is told. */
export function lifeSuite(subject: AdapterUnderTest, adapter: () => RunningAdapter): void {
  const told = () => new ToldPackages(subject, adapter());
  const version = '1.0.0';
  const withdrawn = (release: ReleaseFacts) => ({
    ...aboutPackage(release),
    releases: [marked(release)],
    removedTags: [],
    movedTags: {},
  });
  const bytesOf = async (packages: ToldPackages, facts: RepositoryFacts, named: NamedVersion): Promise<string[]> => {
    const principal = memberOf(facts);
    const answers = await Promise.all(
      packages.targetsOf(facts.slug, named).map((target) => adapter().call(target, { principal })),
    );
    const { comparable = (body: Buffer) => body.toString('base64') } = subject;
    return answers.map(({ bytes }) => comparable(bytes));
  };

  describe('a withdrawn release', () => {
    it('is served nowhere, and comes back with the same bytes when it is restored (I8)', async () => {
      const packages = told();
      const facts = await packages.repository('conform-withdrawn');
      const named = { name: 'withdrawn-one', version };
      const release = await packages.publish(facts, named);
      const fileTarget = subject.fileTarget(facts.slug, named);
      const before = (await adapter().call(fileTarget)).bytes;
      await packages.tellOf(release, releaseWithdrawn, 3, withdrawn(release));
      await packages.becomes(facts, named, 404);
      const restored = { ...aboutPackage(release), releases: [marked(release)], tags: {} };
      await packages.tellOf(release, releaseRestored, 4, restored);
      await packages.becomes(facts, named, 200);
      expect((await adapter().call(fileTarget)).bytes.equals(before)).toBe(true);
    });

    it('is not brought back by the news of its publication that arrives late', async () => {
      const packages = told();
      const facts = await packages.repository('conform-late');
      const named = { name: 'late-one', version };
      const release = await subject.release(adapter(), facts, named);
      await packages.tellOf(release, releaseWithdrawn, 3, withdrawn(release));
      await packages.tellOf(release, releasePublished, 2, release);
      await eventually(async () => {
        const rows: unknown = await adapter().dataSource.query('SELECT state FROM releases WHERE release_id = $1', [
          release.releaseId,
        ]);
        expect(rows).toEqual([{ state: 'withdrawn' }]);
      });
      await packages.becomes(facts, named, 404);
    });
  });

  describe('a package that was moved', () => {
    it('is at its new place with the same bytes, and nowhere else (A1, T11)', async () => {
      const packages = told();
      const facts = await packages.repository('conform-from');
      const to = await packages.repository('conform-to');
      const named = { name: 'moved-one', version };
      const release = await packages.publish(facts, named);
      const file = (await adapter().call(subject.fileTarget(facts.slug, named))).bytes;
      const moved = { ...aboutPackage(release), to, visibility: null, archived: false };
      await packages.tellOf(release, packageMoved, 3, moved);
      await packages.becomes(to, named, 200);
      await packages.becomes(facts, named, 404);
      expect((await adapter().call(subject.fileTarget(to.slug, named))).bytes.equals(file)).toBe(true);
    });
  });

  describe('a repository', () => {
    it('that is deleted answers its own members as if it did not exist, and gives the same bytes when it is restored (A6)', async () => {
      const packages = told();
      const facts = await packages.repository('conform-deleted');
      const named = { name: 'deleted-one', version };
      await packages.publish(facts, named);
      const before = await bytesOf(packages, facts, named);
      const change = (at: number, deleted: boolean) =>
        packages.tell(repositoryChanged, { aggregate: facts.repositoryId, version: at, data: { ...facts, deleted } });
      await change(2, true);
      await packages.becomes(facts, named, 404);
      const [missing, deleted] = await Promise.all(
        ['never-was', facts.slug].map((slug) =>
          adapter().call(subject.documentTarget(slug, named), { principal: memberOf(facts), requestId: 'same' }),
        ),
      );
      expect(deleted?.bytes.toString()).toBe(missing?.bytes.toString());
      await change(3, false);
      await packages.becomes(facts, named, 200);
      expect(await bytesOf(packages, facts, named)).toEqual(before);
    });

    it('that is transferred is read by its new members alone (A1, T11)', async () => {
      const packages = told();
      const facts = await packages.repository('conform-handed', 'private');
      const named = { name: 'handed-one', version };
      await packages.publish(facts, named);
      const theirs = { ...facts, organizationId: crypto.randomUUID() as OrganizationId };
      const data = { ...theirs, transferredFrom: facts.organizationId };
      await packages.tell(repositoryChanged, { aggregate: facts.repositoryId, version: 2, data });
      await packages.becomes(theirs, named, 200);
      await packages.becomes(facts, named, 404);
      expect((await adapter().call(subject.documentTarget(facts.slug, named))).status).toBe(401);
    });

    it('that is purged leaves nothing, and its name to another one', async () => {
      const packages = told();
      const facts = await packages.repository('conform-purged');
      const named = { name: 'purged-one', version };
      await packages.publish(facts, named);
      const { repositoryId, organizationId, slug } = facts;
      await packages.tell(repositoryPurged, {
        aggregate: repositoryId,
        version: 3,
        data: { repositoryId, organizationId, slug },
      });
      await packages.becomes(facts, named, 404);
      const another = repository(slug, 'public');
      await packages.tell(repositoryChanged, { aggregate: another.repositoryId, version: 1, data: another });
      await packages.publish(another, named);
      for (const table of await tablesOfRepositories(adapter())) {
        const left: unknown = await adapter().dataSource.query(`SELECT FROM ${table} WHERE repository_id = $1`, [
          repositoryId,
        ]);
        expect([table, left]).toEqual([table, []]);
      }
    });
  });

  describe('a read model that was lost', () => {
    it('is built from the event log as it was', async () => {
      const packages = told();
      const facts = await packages.repository('conform-rebuilt');
      const named = { name: 'rebuilt-one', version };
      const release = await packages.publish(facts, named);
      const gone = await packages.publish(facts, { ...named, version: '1.1.0' }, 3);
      await packages.tellOf(release, releaseWithdrawn, 4, withdrawn(gone));
      await eventually(async () =>
        expect((await adapter().call(subject.fileTarget(facts.slug, { ...named, version: '1.1.0' }))).status).toBe(404),
      );
      const before = await bytesOf(packages, facts, named);
      const tables = await tablesOfRepositories(adapter());
      await adapter().dataSource.query(`TRUNCATE ${[...tables, 'repositories'].join(', ')}`);
      expect((await adapter().call(subject.documentTarget(facts.slug, named))).status).toBe(401);
      answering(adapter().operator, replayEvents, ({ types }) => ({
        events: packages.told
          .filter(({ type }) => types.includes(type))
          .map((event, position) => ({ position, event })),
        next: null,
      }));
      // Before that the server has not heard that somebody answers.
      await adapter().operator.flush();
      await adapter().app.get(ReadModelRebuild, { strict: false }).rebuild();
      await packages.becomes(facts, named, 200);
      expect(await bytesOf(packages, facts, named)).toEqual(before);
    });
  });
}

/** Where a purged repository could leave something; that a package moved is remembered. */
async function tablesOfRepositories({ dataSource }: RunningAdapter): Promise<string[]> {
  const rows: { name: string }[] = await dataSource.query(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = current_schema() AND column_name = 'repository_id'
       AND table_name NOT IN ('repositories', 'package_moves')`,
  );
  return rows.map(({ name }) => name);
}
