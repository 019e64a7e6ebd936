import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import type { ReleasePath } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReleasePathGround } from '../../test/release-path-ground.js';
import { codesOf, next, startReleasePathGround } from '../../test/release-path-ground.js';

let ground: ReleasePathGround;

beforeAll(async () => {
  ground = await startReleasePathGround();
});

afterAll(async () => {
  await ground.publish.stop();
});

const weak = { refProtected: false, runner: 'self-hosted', event: 'workflow_dispatch' } as const;
const strong = { refProtected: true, environment: 'release', runner: 'hosted', event: 'push' } as const;

/** One and the same workflow, each time from the ref that is said. */
async function published(
  repository: RepositoryFacts,
  version: string,
  path: Partial<ReleasePath>,
): Promise<ReleaseFacts> {
  const { environment, ...others } = path;
  const by = ground.workflowOf(repository, others);
  if (by.kind !== 'token' || by.publisher === undefined) throw new Error('It is a publisher.');
  const { environment: _, ...told } = by.publisher.path;
  const publisher = { ...by.publisher, path: environment === undefined ? told : { ...told, environment } };
  return ground.publish.published(next(repository, { ...by, publisher }, { version }));
}

describe('who may start the workflow, and chooses an old ref for it (P2)', () => {
  it.each([
    ['an old tag', 'tag', 'refs/tags/v1.0.0', 'refs/tags/v2.0.0'],
    ['an old branch that somebody dispatches on', 'branch', 'refs/heads/v1', 'refs/heads/main'],
  ] as const)('is held when it comes from %s, in the weak way of that time', async (_case, refType, old, usual) => {
    const repository = await ground.publish.repository();
    await published(repository, '1.0.0', { ...weak, refType, ref: old });
    const moved = await published(repository, '2.0.0', { ...strong, refType, ref: usual });
    await ground.approve(moved);
    const stolen = await published(repository, '2.0.1', { ...weak, refType, ref: old });
    expect(codesOf(stolen)).toEqual(['path.discontinuity']);
    expect(stolen.reasons[0]?.message).toContain('2.0.0 came');
    expect(stolen.reasons[0]?.message).toContain('environment release → none');
  });

  it('publishes from an old branch that is as well kept as the newest one', async () => {
    const repository = await ground.publish.repository();
    await published(repository, '1.0.0', { ...strong, refType: 'branch', ref: 'refs/heads/v1' });
    await ground.approve(
      await published(repository, '2.0.0', { ...strong, refType: 'branch', ref: 'refs/heads/main' }),
    );
    const patch = await published(repository, '1.0.1', { ...strong, refType: 'branch', ref: 'refs/heads/v1' });
    expect(patch).toMatchObject({ state: 'published', reasons: [] });
  });

  it('is compared with another branch when those from this one were taken away (P1)', async () => {
    const repository = await ground.publish.repository();
    await published(repository, '1.0.0', { ...strong, refType: 'branch', ref: 'refs/heads/main' });
    const wrong = await published(repository, '1.0.1', { ...strong, refType: 'branch', ref: 'refs/heads/wrong' });
    await ground.approve(wrong);
    await ground.withdraw(wrong);
    const again = await published(repository, '1.0.2', { ...strong, refType: 'branch', ref: 'refs/heads/wrong' });
    expect(codesOf(again)).toEqual(['path.discontinuity']);
  });
});
