import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atFairPace } from './body-pace.js';

const pace = { minBodyBytesPerSecond: 100, bodyPaceWindowMs: 60_000 };

class Upload {
  readonly socket = { bytesRead: 0 };
  readableLength = 0;
  complete = false;
  readonly finished = Promise.withResolvers<string>();
  refusal: unknown;

  run(settings = pace): Promise<string> {
    return atFairPace(this as unknown as IncomingMessage, settings, new AbortController().signal, (signal) => {
      signal.addEventListener('abort', () => {
        this.finished.reject(signal.reason as Error);
      });
      return this.finished.promise;
    });
  }

  /** `bytesPerSecond` for as many minutes. */
  receive(bytesPerSecond: number, minutes: number): void {
    for (let second = 0; second < minutes * 60; second += 1) {
      this.socket.bytesRead += bytesPerSecond;
      vi.advanceTimersByTime(1000);
    }
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the pace of a body', () => {
  it('may be slow for as long as it likes', async () => {
    const upload = new Upload();
    const run = upload.run();
    upload.receive(100, 25);
    upload.finished.resolve('whole');
    expect(await run).toBe('whole');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may falter for less than the window, and not drip', async () => {
    const upload = new Upload();
    const run = upload.run();
    upload.receive(0, 0.9);
    upload.receive(10_000, 0.1);
    upload.receive(99, 1);
    await expect(run).rejects.toMatchObject({ code: 'body.too-slow' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not held against a client whose bytes we do not read', async () => {
    const upload = new Upload();
    upload.readableLength = 16_384;
    const run = upload.run();
    upload.receive(0, 10);
    upload.readableLength = 0;
    upload.complete = true;
    upload.receive(0, 10);
    upload.finished.resolve('whole');
    expect(await run).toBe('whole');
  });

  it('is not looked at where there is no bound', async () => {
    const upload = new Upload();
    const run = upload.run({ ...pace, minBodyBytesPerSecond: 0 });
    expect(vi.getTimerCount()).toBe(0);
    upload.finished.resolve('whole');
    expect(await run).toBe('whole');
  });
});
