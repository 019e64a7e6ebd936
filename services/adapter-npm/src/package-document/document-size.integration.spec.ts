import type { BlobStore } from '@waybill/blob-storage';
import type { Principal } from '@waybill/domain';
import { BLOB_STORE } from '@waybill/service-host';
import type { MockInstance } from 'vitest';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { memberOf, person, readerOf } from '../../test/principals.js';
import { PublishService } from '../../test/publish-service.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

let adapter: RunningAdapter;
let opened: MockInstance<BlobStore['openStaged']>;
let reader: Principal;
let member: Principal;

beforeAll(async () => {
  adapter = await startAdapter();
  opened = vi.spyOn(adapter.app.get<BlobStore>(BLOB_STORE, { strict: false }), 'openStaged');
  reader = readerOf(adapter.repositories.public);
  member = memberOf(adapter.repositories.public);
  const publish = await PublishService.start(adapter);
  await publish.publish({ name: 'sized', version: '1.0.0' });
});

beforeEach(() => {
  opened.mockClear();
});

afterAll(async () => {
  await adapter.stop();
});

/** A star that is `bytes` long. */
function starOf(bytes: number, users: Record<string, boolean> = { alice: true }): string {
  const text = JSON.stringify({ _id: 'sized', users });
  return text + ' '.repeat(bytes - text.length);
}

async function put(path: string, upload: string, principal: Principal): Promise<number> {
  return (await adapter.call(`/npm/main/${path}`, { method: 'PUT', upload, principal })).status;
}

const paths = ['sized', 'sized/-rev/1-0'];

describe('a document of who may change nothing (F2: I3, W4)', () => {
  it.each(paths)('is refused above 64 KiB without a byte of it being read: PUT %s', async (path) => {
    for (const stranger of [person(), reader]) {
      for (const bytes of [64 * 1024 + 1, 1024 * 1024, 30 * 1024 * 1024]) {
        expect(await put(path, starOf(bytes), stranger)).toBe(403);
      }
    }
    expect(opened).not.toHaveBeenCalled();
  });

  it.each(paths)('is as unknown as the package where nothing may be seen (A6): PUT %s', async (path) => {
    const call = { method: 'PUT', upload: starOf(70_000), principal: person() };
    expect((await adapter.call(`/npm/secret/${path}`, call)).status).toBe(404);
    expect(opened).not.toHaveBeenCalled();
  });

  it('up to that is a star, read as ever', async () => {
    expect(await put('sized', starOf(64 * 1024), person())).toBe(201);
    expect(await put('sized', starOf(64 * 1024, { bob: true }), person())).toBe(403);
    expect(opened).toHaveBeenCalledTimes(2);
  });
});

describe('a document of who may change something', () => {
  it('is read when it is as large as a whole packument', async () => {
    expect(await put('sized', starOf(20 * 1024 * 1024), member)).toBe(201);
    expect(await put('sized/-rev/1-0', starOf(20 * 1024 * 1024, { other: true }), member)).toBe(409);
    expect(opened).toHaveBeenCalledTimes(2);
  });
});
