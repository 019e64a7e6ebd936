import type { ReleaseFacts } from '@waybill/contracts';
import { deprecateReleases, moveTag, removeTag, submitReleaseBatch, withdrawReleases } from '@waybill/contracts';
import { toDomainError } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningPublish, startPublish } from './running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

const versions = ['1.0.0', '2.0.0', '3.0.0', '4.0.0'] as const;

async function packageOfFour(): Promise<ReleaseFacts> {
  const repository = await publish.repository();
  const releases = [];
  for (const version of versions) {
    releases.push(await publish.published({ repository, version, bytes: version, tags: ['latest'] }));
  }
  const [first] = releases;
  if (first === undefined) throw new Error('Nothing was published.');
  return first;
}

/** What refused it, or `done`. */
async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => toDomainError(error).code,
  );
}

/** The state of each version and where each tag points, as the events tell it from the first one on. */
async function toldOf(aggregate: string) {
  const events = (await publish.replay()).filter((event) => event.subject === aggregate);
  expect(events.map((event) => event.aggregateversion)).toEqual(events.map((_, index) => index + 1));
  const states: Record<string, string> = {};
  const tags = new Map<string, string>();
  for (const { type, data } of events) {
    const told = data as {
      version: string;
      tag: string;
      tags: string[];
      releases: { version: string; message?: string | null }[];
      removedTags: string[];
      movedTags: Record<string, string>;
    };
    if (type.startsWith('publish.release.published')) {
      states[told.version] = 'published';
      for (const tag of told.tags) tags.set(tag, told.version);
    }
    if (type.startsWith('publish.release.deprecated')) {
      for (const { version, message } of told.releases) states[version] = message === null ? 'published' : 'deprecated';
    }
    if (type.startsWith('publish.release.withdrawn')) {
      for (const { version } of told.releases) states[version] = 'withdrawn';
      for (const tag of told.removedTags) tags.delete(tag);
      for (const [tag, version] of Object.entries(told.movedTags)) tags.set(tag, version);
    }
    if (type.startsWith('publish.tag.moved')) tags.set(told.tag, told.version);
    if (type.startsWith('publish.tag.removed')) tags.delete(told.tag);
  }
  return { states, tags: Object.fromEntries(tags) };
}

async function storedOf({ repository, packagePurl }: ReleaseFacts) {
  const where = `FROM packages p JOIN %s x USING (package_id) WHERE p.repository_id = $1 AND p.purl = $2`;
  const parameters = [repository.repositoryId, packagePurl];
  const releases = await publish.query(`SELECT x.version, state ${where.replace('%s', 'releases')}`, parameters);
  const tags = await publish.query(
    `SELECT tag, x.version ${where.replace('%s', 'tags')} AND x.version IS NOT NULL`,
    parameters,
  );
  return {
    states: Object.fromEntries(releases.map((row) => [row['version'], row['state']])) as Record<string, string>,
    tags: Object.fromEntries(tags.map((row) => [row['tag'], row['version']])) as Record<string, string>,
  };
}

describe('one package that many change at once', () => {
  it('is in the end what its events tell, and no tag points at what is gone', async () => {
    const release = await packageOfFour();
    const { repository, packagePurl } = release;
    const on = { principal: publish.owner, repositoryId: repository.repositoryId, packagePurl };
    const audited = { ...on, requestId: 'test' };
    const changes = Array.from({ length: 8 }, (_, index) => {
      const version = versions[index % versions.length] ?? '1.0.0';
      return [
        publish.ask(deprecateReleases, {
          ...audited,
          messages: { [version]: index % 3 === 0 ? '' : `reason ${index}` },
        }),
        publish.ask(moveTag, { ...on, tag: `tag-${index % 3}`, version }),
        publish.ask(removeTag, { ...on, tag: `tag-${(index + 1) % 3}` }),
        publish.ask(withdrawReleases, { ...audited, versions: [versions[index % 2] ?? '1.0.0'], tags: {} }),
        publish.published({ repository, version: `9.${index}.0`, bytes: `9.${index}`, tags: ['latest'] }),
      ].map(outcome);
    });
    const outcomes = new Set(await Promise.all(changes.flat()));
    expect([...outcomes].filter((code) => !['done', 'version.not-found', 'tag.not-found'].includes(code))).toEqual([]);
    const stored = await storedOf(release);
    expect(await toldOf(`${repository.repositoryId}/${packagePurl}`)).toEqual(stored);
    expect(stored.states).toMatchObject({ '1.0.0': 'withdrawn', '2.0.0': 'withdrawn' });
    for (const version of Object.values(stored.tags)) expect(stored.states[version]).not.toBe('withdrawn');
  });

  it('is withdrawn by one of many who all saw the same package', async () => {
    const release = await packageOfFour();
    const [row] = await publish.query(
      `SELECT visible_version FROM packages JOIN releases USING (package_id) WHERE release_id = $1`,
      [release.releaseId],
    );
    const { repository, packagePurl } = release;
    const outcomes = await Promise.all(
      versions.map((version) =>
        outcome(
          publish.ask(withdrawReleases, {
            principal: publish.owner,
            repositoryId: repository.repositoryId,
            packagePurl,
            versions: [version],
            tags: {},
            expectedAggregateVersion: Number(row?.['visible_version']),
            requestId: 'test',
          }),
        ),
      ),
    );
    expect(outcomes.toSorted()).toEqual(['done', ...Array.from({ length: 3 }, () => 'package.changed-meanwhile')]);
  });
});

describe('batches over the same packages, in every order, while others settle', () => {
  it('block each other for no longer than a transaction, and are all there once', async () => {
    const repository = await publish.repository();
    const names = ['a', 'b', 'c', 'd'];
    const orders = Array.from({ length: 6 }, (_, turn) =>
      names.map((_name, index) => names[(index * 3 + turn) % 4] ?? 'a'),
    );
    const batches = await Promise.all(
      orders.map(async (order, turn) => {
        const wishes = await Promise.all(
          order.map((name) =>
            publish.submission({ repository, name, version: `1.${turn}.0`, bytes: `${name} ${turn}` }),
          ),
        );
        const { releases } = await publish.ask(submitReleaseBatch, {
          principal: publish.member,
          repositoryId: repository.repositoryId,
          submissions: wishes.map(({ purl, artifacts, metadata, tags }) => ({
            purl,
            artifacts,
            metadata,
            tags,
            summary: {},
          })),
          requestId: 'test',
        });
        await Promise.all(releases.map(({ release }) => publish.emitScan(release)));
        return releases.map(({ release }) => release);
      }),
    );
    const releases = batches.flat();
    expect(new Set(releases.map(({ releaseId }) => releaseId)).size).toBe(24);
    const states = await Promise.all(releases.map((release) => publish.settled(release)));
    expect(new Set(states)).toEqual(new Set(['published']));
    for (const name of names) {
      const { states: told } = await toldOf(`${repository.repositoryId}/pkg:npm/${name}`);
      expect(Object.keys(told)).toHaveLength(6);
    }
  });
});
