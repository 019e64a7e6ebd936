import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf } from '../../test/principals.js';
import { type Answer, type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let admin: Principal;

beforeAll(async () => {
  publish = await startPublish();
  admin = memberOf(publish.organizationId, 'admin');
});

afterAll(async () => {
  await publish.stop();
});

function move(purl: string, from: RepositoryFacts, to: RepositoryFacts): Promise<Answer> {
  const target = `/api/v1/packages/${encodeURIComponent(purl)}/transfer?repository=${from.slug}`;
  return publish.http('POST', target, { as: admin, body: { repository: to.slug } });
}

async function place(purl: string): Promise<unknown> {
  const [row] = await publish.query('SELECT repository_id FROM packages WHERE purl = $1', [purl]);
  return row?.['repository_id'];
}

/** The answer to a move that begins while somebody else's change of a repository is not committed yet. */
async function moveDuring(change: string, changed: RepositoryFacts, work: () => Promise<Answer>): Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  await publish.dataSource.transaction(async (manager) => {
    await manager.query('SELECT 1 FROM repositories WHERE repository_id = $1 FOR UPDATE', [changed.repositoryId]);
    await manager.query(`UPDATE repositories SET ${change} WHERE repository_id = $1`, [changed.repositoryId]);
    answer = work();
    await eventually(async () => {
      const waiting = await publish.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if (waiting.length === 0) throw new Error('nobody waits for the change');
    });
  });
  return answer!;
}

describe('a move of a package, of which a repository changes at the same time,', () => {
  const other = randomUUID() as OrganizationId;

  it.each([
    { becomes: 'archived', change: 'archived = true', status: 409, code: 'repository.archived' },
    { becomes: 'deleted', change: 'deleted_at = now()', status: 404, code: 'not-found' },
    { becomes: 'another’s', change: `organization_id = '${other}'`, status: 403, code: 'auth.forbidden' },
  ])('does not happen into one that becomes $becomes (A1)', async ({ becomes, change, status, code }) => {
    const [from, to] = [await publish.repository(), await publish.repository()];
    const name = `into-${randomUUID().slice(0, 8)}`;
    const { packagePurl } = await publish.published({ repository: from, name });
    const answer = await moveDuring(change, to, () => move(packagePurl, from, to));
    expect([becomes, answer.status, answer.json['code']]).toEqual([becomes, status, code]);
    expect(await place(packagePurl)).toBe(from.repositoryId);
  });

  it.each([
    { becomes: 'archived', change: 'archived = true', status: 409, code: 'repository.archived' },
    { becomes: 'deleted', change: 'deleted_at = now()', status: 404, code: 'not-found' },
    { becomes: 'another’s', change: `organization_id = '${other}'`, status: 403, code: 'auth.forbidden' },
  ])('does not happen out of one that becomes $becomes (A1)', async ({ becomes, change, status, code }) => {
    const [from, to] = [await publish.repository(), await publish.repository()];
    const name = `out-of-${randomUUID().slice(0, 8)}`;
    const { packagePurl } = await publish.published({ repository: from, name });
    const answer = await moveDuring(change, from, () => move(packagePurl, from, to));
    expect([becomes, answer.status, answer.json['code']]).toEqual([becomes, status, code]);
    expect(await place(packagePurl)).toBe(from.repositoryId);
  });

  it('either happens before the repository is deleted, or not, and both ways round nobody waits for ever', async () => {
    const repositories = [await publish.repository(), await publish.repository()] as const;
    const purls = await Promise.all(
      repositories.map(async (repository, index) => {
        const published = await publish.published({
          repository,
          name: `crossing-${index}-${randomUUID().slice(0, 8)}`,
        });
        return published.packagePurl;
      }),
    );
    const [one, two] = repositories;
    const answers = await Promise.all([
      move(purls[0]!, one, two),
      move(purls[1]!, two, one),
      publish.http('DELETE', `/api/v1/repositories/${two.slug}`, { as: admin, body: { confirm: two.slug } }),
    ]);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const moved = answers.slice(0, 2).map(({ status }) => status === 200);
    const expected = [moved[0] ? two : one, moved[1] ? one : two].map(({ repositoryId }) => repositoryId);
    expect(await Promise.all(purls.map((purl) => place(purl)))).toEqual(expected);
  });
});
