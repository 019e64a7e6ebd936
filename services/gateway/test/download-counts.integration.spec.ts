import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { jetstreamManager } from '@nats-io/jetstream';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { busRoles, downloadsCounted, eventEnvelope, eventStream } from '@waybill/contracts';
import { provisionBus } from '@waybill/messaging';
import { request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asking, knowsToy } from './asking.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, toyRelease, type ToyService } from './toy-service.js';
import { shelf } from './toy-shelf.js';

let gateway: RunningGateway;
let toy: ToyService;

beforeAll(async () => {
  gateway = await startGateway();
  await provisionBus(gateway.connection, busRoles);
  toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway);
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

async function eventsOnTheBus(): Promise<EventEnvelope<DataOf<typeof downloadsCounted>>[]> {
  const { streams } = await jetstreamManager(gateway.connection);
  const { state } = await streams.info(eventStream);
  const sequences = Array.from({ length: state.messages }, (_, index) => state.first_seq + index);
  return Promise.all(
    sequences.map(async (seq) => {
      const stored = await streams.getMessage(eventStream, { seq });
      const envelope = eventEnvelope.parse(stored?.json());
      return { ...envelope, data: downloadsCounted.data.parse(envelope.data) };
    }),
  );
}

it('tells the bus how often a release was delivered whole, and of nothing else', async () => {
  const bytes = randomBytes(4 * 1024 * 1024);
  const { digest } = await gateway.store.put(bytes);
  const path = `/toy/release/${digest}/${String(bytes.length)}`;
  const get = async (headers: Record<string, string>, method: 'GET' | 'HEAD' = 'GET'): Promise<number> => {
    const answer = await request(`${gateway.url}${path}`, { method, headers });
    await answer.body.dump({ limit: 10_000_000 });
    return answer.statusCode;
  };
  const statuses = [
    await get({}),
    await get({}),
    await get({}, 'HEAD'),
    await get({ range: 'bytes=0-99' }),
    await get({ range: 'bytes=0-9,20-29' }),
    await get({ 'if-none-match': `"${digest}"` }),
    await get({ range: 'bytes=99999999-' }),
  ];
  expect(statuses).toEqual([200, 200, 200, 206, 206, 304, 416]);
  const brokenOff = connect(gateway.port, '127.0.0.1', () => {
    brokenOff.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  });
  brokenOff.once('data', () => brokenOff.destroy());
  await expect.poll(() => gateway.logged.some((line) => line['aborted'] === true)).toBe(true);
  await gateway.downloads.report();
  await gateway.downloads.report();
  expect(await eventsOnTheBus()).toMatchObject([
    {
      type: 'gateway.downloads.counted.v1',
      subject: gateway.downloads.gatewayId,
      aggregateversion: 1,
      data: { downloads: [{ ...toyRelease, count: 2 }] },
    },
  ]);
});

it('counts what memory delivers as what the store does', async () => {
  const bytes = randomBytes(3000);
  const { digest } = await gateway.store.put(bytes);
  const mediaType = 'application/octet-stream';
  shelf.set('file', { blob: { digest, sizeBytes: bytes.length, mediaType, download: toyRelease } });
  const get = asking(() => gateway);
  const path = '/toy/files-of/file';
  const answers = [
    await get(path),
    await get(path),
    await get(path),
    await get(path, {}, { method: 'HEAD' }),
    await get(path, { 'if-none-match': `"${digest}"` }),
    await get(path, { range: 'bytes=0-9' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 304, 206]);
  expect(answers.map(({ cacheStatus }) => cacheStatus)).toEqual(['waybill; fwd=miss; stored', ...hits(5)]);
  await gateway.downloads.report();
  expect((await eventsOnTheBus()).at(-1)?.data).toMatchObject({ downloads: [{ ...toyRelease, count: 3 }] });
});

function hits(count: number): string[] {
  return Array.from({ length: count }, () => 'waybill; hit');
}
