import { randomUUID } from 'node:crypto';
import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import type { Principal, PublisherId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publisherWith, tokenOfPublisher } from '../../test/release-origins.js';
import type { RunningPublish } from '../../test/running-publish.js';
import { StagedGround, stagedPath } from '../../test/staged-ground.js';

let ground: StagedGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await StagedGround.start();
  ({ publish } = ground);
});

afterAll(() => ground.stop());

function view({ releaseId }: ReleaseFacts, as: Principal) {
  return publish.http('GET', `${stagedPath}/${releaseId}`, { as });
}

/** A repository whose one release came from a workflow, and one more that somebody has staged. */
async function stagedAfterWorkflow(): Promise<{
  repository: RepositoryFacts;
  before: ReleaseFacts;
  staged: ReleaseFacts;
}> {
  const repository = await publish.repository();
  const workflow = publisherWith({}, randomUUID() as PublisherId);
  const by = tokenOfPublisher(publish.organizationId, repository.repositoryId, workflow);
  const before = await publish.published({ repository, by });
  const staged = await ground.staged({ repository, version: '1.1.0' });
  return { repository, before, staged };
}

describe('who may approve a staged release', () => {
  it('sees what it was compared with and what is different, before and after they have said yes (P1, P2, P8)', async () => {
    const { before, staged } = await stagedAfterWorkflow();
    const approver = ground.approver();
    const compared = {
      predecessor: {
        releaseId: before.releaseId,
        version: '1.0.0',
        trustedPublisher: { path: { repository: 'acme/left-pad' } },
      },
      changes: expect.arrayContaining([{ what: 'repository', before: 'acme/left-pad', after: null }]) as unknown,
    };
    expect(await view(staged, approver)).toMatchObject({ status: 200, json: compared });
    const approved = await ground.approve(staged, approver);
    expect(approved).toMatchObject({ status: 200, json: { state: 'quarantined', ...compared } });
  });

  it('sees of the first release of a package that there is nothing to compare it with', async () => {
    const staged = await ground.staged({ repository: await publish.repository() });
    expect((await view(staged, ground.approver())).json).toMatchObject({ predecessor: null, changes: [] });
  });

  it('is the only one who does: not who has staged it (A6)', async () => {
    const { staged } = await stagedAfterWorkflow();
    expect(await view(staged, publish.member)).toMatchObject({ status: 200, json: { predecessor: null, changes: [] } });
  });
});

describe('a staged release', () => {
  it('has a time when it was staged, which stays, and one when it was approved (P8)', async () => {
    const staged = await ground.staged({ repository: await publish.repository() });
    const approver = ground.approver();
    const { stagedAt, approvedAt } = (await view(staged, approver)).json;
    expect([stagedAt, approvedAt]).toEqual([staged.submittedAt, null]);
    const approved = (await ground.approve(staged, approver)).json;
    expect(approved['stagedAt']).toBe(stagedAt);
    expect(Date.parse(String(approved['approvedAt']))).toBeGreaterThanOrEqual(Date.parse(String(stagedAt)));
    expect((await publish.release(staged)).submittedAt).toBe(stagedAt);
  });
});
