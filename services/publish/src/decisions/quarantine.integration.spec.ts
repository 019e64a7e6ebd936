import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';
import { QuarantineWatch } from './quarantine.watch.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

const list = '/api/v1/held-releases?state=quarantined';
const hour = 3_600_000;

describe('a release that the scanner never answers for', () => {
  it('is seen by those who may review it, and by nobody else (I9, A3)', async () => {
    const repository = await publish.repository('private');
    const forgotten = (await publish.submit({ repository })).release;
    await publish.published({ repository, version: '2.0.0' });
    await publish.held({ repository, version: '3.0.0' });
    const { items } = await publish.http('GET', list, { as: publish.owner });
    expect(items).toMatchObject([{ releaseId: forgotten.releaseId, state: 'quarantined' }]);
    expect((await publish.http('GET', list, { as: person() })).items).toEqual([]);
    expect((await publish.http('GET', list)).status).toBe(401);
    expect((await publish.http('GET', '/api/v1/held-releases?state=published', { as: publish.owner })).status).toBe(
      400,
    );
  });

  it('stays in the list from page to page', async () => {
    const repository = await publish.repository();
    await publish.submit({ repository, version: '1.0.0' });
    await publish.submit({ repository, version: '2.0.0' });
    const { link } = await publish.http('GET', `${list}&limit=1`, { as: publish.owner });
    const next = /^<([^>]+)>; rel="next"$/.exec(link ?? '')?.[1] ?? '';
    expect((await publish.http('GET', next, { as: publish.owner })).items).toMatchObject([{ state: 'quarantined' }]);
  });

  it('is counted when it has waited for long, and not before', async () => {
    const watch = publish.app.get(QuarantineWatch, { strict: false });
    const [before, later] = [await watch.overdue(), await watch.overdue(new Date(Date.now() + hour))];
    expect(before).toBe(0);
    const { release } = await publish.submit({ repository: await publish.repository() });
    expect(await watch.overdue()).toBe(0);
    expect(await watch.overdue(new Date(Date.now() + hour))).toBe(later + 1);
    await publish.scan(release);
    expect(await watch.overdue(new Date(Date.now() + hour))).toBe(later);
  });
});
