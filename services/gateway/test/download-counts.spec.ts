import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { downloadsCounted, eventEnvelope } from '@waybill/contracts';
import type { ReleasePurl, RepositoryId } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { DownloadCounts } from '../src/download-counts/download-counts.js';
import { DownloadTally } from '../src/download-counts/download-tally.js';

const repositoryId = '0192f0c1-2222-7000-8000-000000000001' as RepositoryId;
const other = '0192f0c1-2222-7000-8000-000000000002' as RepositoryId;
const purl = (name: string): ReleasePurl => `pkg:npm/${name}@1.0.0` as ReleasePurl;

class Bus {
  readonly events: EventEnvelope<DataOf<typeof downloadsCounted>>[] = [];
  readonly warnings: string[] = [];
  isDown = false;
  readonly counts = new DownloadCounts({
    publish: (subject, text, { msgID }) => {
      if (this.isDown) return Promise.reject(new Error('away'));
      const envelope = eventEnvelope.parse(JSON.parse(text));
      expect([subject, envelope.id]).toEqual(['event.gateway.downloads.counted.v1', msgID]);
      this.events.push({ ...envelope, data: downloadsCounted.data.parse(envelope.data) });
      return Promise.resolve();
    },
    log: { warn: (_fields, message) => void this.warnings.push(message) },
  });

  deliver(name: string, { method = 'GET', status = 200, event = 'finish', repository = repositoryId } = {}): void {
    const response = Object.assign(new EventEmitter(), { statusCode: 0 });
    this.counts.countDownload({ method } as IncomingMessage, response as unknown as ServerResponse, {
      repositoryId: repository,
      purl: purl(name),
    });
    response.statusCode = status;
    response.emit(event);
  }
}

describe('download counts', () => {
  it('are of whole answers to GET that were delivered', async () => {
    const bus = new Bus();
    bus.deliver('a');
    bus.deliver('a');
    bus.deliver('b');
    bus.deliver('a', { repository: other });
    bus.deliver('a', { method: 'HEAD' });
    bus.deliver('a', { status: 206 });
    bus.deliver('a', { status: 304 });
    bus.deliver('a', { event: 'close' });
    bus.counts.countDownload({ method: 'GET' } as IncomingMessage, {} as ServerResponse, undefined);
    await bus.counts.report();
    expect(bus.events).toMatchObject([
      {
        subject: bus.counts.gatewayId,
        aggregateversion: 1,
        data: {
          downloads: [
            { repositoryId, purl: purl('a'), count: 2 },
            { repositoryId, purl: purl('b'), count: 1 },
            { repositoryId: other, purl: purl('a'), count: 1 },
          ],
        },
      },
    ]);
  });

  it('are not sent when there are none, and each time anew', async () => {
    const bus = new Bus();
    await bus.counts.report();
    expect(bus.events).toEqual([]);
    bus.deliver('a');
    await bus.counts.report();
    bus.deliver('a');
    await bus.counts.stop();
    expect(bus.events.map(({ aggregateversion, data }) => [aggregateversion, data.downloads[0]?.count])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('wait while the bus is away, and arrive once, in order', async () => {
    const bus = new Bus();
    bus.isDown = true;
    bus.deliver('a');
    await bus.counts.report();
    bus.deliver('b');
    await bus.counts.report();
    expect(bus.warnings).toHaveLength(1);
    bus.isDown = false;
    await bus.counts.report();
    expect(bus.events.map((event) => event.aggregateversion)).toEqual([1, 2]);
  });

  it('are bounded in memory and in the size of a message', () => {
    const tally = new DownloadTally({ maxReleases: 10, maxBatch: 4, maxBatchCharacters: 3 * purl('x').length });
    for (const name of 'abcdefghijkl') tally.count({ repositoryId, purl: purl(name) });
    tally.count({ repositoryId, purl: purl('a') });
    expect(tally.uncounted).toBe(2);
    expect(tally.take().map((batch) => batch.length)).toEqual([3, 3, 3, 1]);
    expect(tally.take()).toEqual([]);
  });
});
