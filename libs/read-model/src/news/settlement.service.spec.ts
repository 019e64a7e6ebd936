import type { ReleaseFacts } from '@waybill/contracts';
import type { ReleaseId, ReleaseState } from '@waybill/domain';
import { expect, it } from 'vitest';
import type { ReleaseOutcome, ReleaseOutcomeRepository } from '../releases/release-outcome.repository.js';
import type { ProjectionNews } from './projection-news.js';
import { SettlementService } from './settlement.service.js';

const releaseId = '0192f0c1-2222-7000-8000-000000000001' as ReleaseId;

function outcome(state: ReleaseState): ReleaseOutcome {
  return { releaseId, version: '1.0.0', state, reasons: [], aggregateVersion: 1 };
}

/** With a read model that says this, look by look. */
function settlementOver(seen: readonly ReleaseState[]): { service: SettlementService; looks: () => number } {
  let looks = 0;
  const releases: Pick<ReleaseOutcomeRepository, 'find'> = {
    find: () => {
      const state = seen[looks];
      looks += 1;
      return Promise.resolve(state === undefined ? null : outcome(state));
    },
  };
  const news: Pick<ProjectionNews, 'waitFor'> = {
    waitFor: async (_key, _until, look) => {
      for (let turn = 0; turn < 5; turn += 1) {
        const found = await look();
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
  const config = { WAYBILL_SETTLE_SECONDS: 10 };
  const service = new SettlementService(releases as ReleaseOutcomeRepository, news as ProjectionNews, config);
  return { service, looks: () => looks };
}

function waitFor(service: SettlementService, state: ReleaseState): Promise<void> {
  const repository = { repositoryId: 'r' } as unknown as ReleaseFacts['repository'];
  const release = { releaseId, version: '1.0.0', state, repository, packagePurl: 'pkg:npm/x', reasons: [] };
  return service.waitFor(release as unknown as ReleaseFacts, new Date(Date.now() + 60_000), 'http://localhost');
}

it('says what was decided on a release that is joined, however far the read model is', async () => {
  const { service, looks } = settlementOver(['held']);
  await expect(waitFor(service, 'rejected')).rejects.toMatchObject({ code: 'release.rejected' });
  await expect(waitFor(service, 'held')).rejects.toMatchObject({
    code: 'release.held',
    message: expect.stringContaining('`waybill held list`') as string,
  });
  expect(looks()).toBe(0);
});

it('succeeds when the next read sees what was approved, and not before', async () => {
  const { service, looks } = settlementOver(['held', 'held', 'published']);
  await expect(waitFor(service, 'published')).resolves.toBeUndefined();
  expect(looks()).toBe(3);
});

it('tells how the checks of a new release ended', async () => {
  await expect(waitFor(settlementOver(['held']).service, 'quarantined')).rejects.toMatchObject({
    code: 'release.held',
  });
  await expect(waitFor(settlementOver([]).service, 'quarantined')).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'release.unsettled',
  });
});
