import { submitReleaseBatch } from '@waybill/contracts';
import { releasePurl } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReleasePathGround } from '../../test/release-path-ground.js';
import { next, startReleasePathGround } from '../../test/release-path-ground.js';
import type { RunningPublish } from '../../test/running-publish.js';
import { batchOf } from '../../test/running-publish.js';

let ground: ReleasePathGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await startReleasePathGround();
  publish = ground.publish;
});

afterAll(async () => {
  await publish.stop();
});

describe('a batch', () => {
  it('is held in whole where one of it came in a weaker way, and refused in whole where that is refused (P1)', async () => {
    const { repository } = await ground.trusted();
    const submit = async (version: string) => {
      const wishes = [
        await publish.submission(next(repository, ground.thief, { version })),
        await publish.submission(next(repository, ground.thief, { version, name: `beside-${version}` })),
      ];
      return publish.ask(submitReleaseBatch, batchOf(wishes));
    };
    const { releases } = await submit('2.0.0');
    await Promise.all(releases.map(({ release }) => publish.emitScan(release)));
    expect(await Promise.all(releases.map(({ release }) => publish.settled(release)))).toEqual(['held', 'held']);
    await ground.policy(repository, { downgrade: 'refuse' });
    await expect(submit('3.0.0')).rejects.toMatchObject({ code: 'release.path-downgrade' });
    const beside = releasePurl({ ecosystem: 'npm', name: 'beside-3.0.0' }, '3.0.0');
    expect(await publish.query('SELECT 1 FROM releases WHERE purl = $1', [beside])).toEqual([]);
  });
});
