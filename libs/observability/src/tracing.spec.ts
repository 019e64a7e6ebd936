import { beforeAll, describe, expect, it } from 'vitest';
import type { Tracing } from './tracing.js';
import { startTracing, traceHeaders, withRemoteTrace } from './tracing.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

describe('a trace', () => {
  let tracing: Tracing;

  // Nothing listens there.
  beforeAll(() => {
    tracing = startTracing({ service: 'test', collectorUrl: 'http://127.0.0.1:9/v1/traces' });
  });

  it('goes on from the headers that came to the headers that go (W3C Trace Context)', async () => {
    const headers = await withRemoteTrace({ traceparent }, 'work', () => Promise.resolve(traceHeaders()));
    expect(headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    expect(headers['traceparent']).not.toBe(traceparent);
  });

  it('is none outside of one', () => {
    expect(traceHeaders()).toEqual({});
  });

  it('hands on what the work throws', async () => {
    const work = withRemoteTrace({ traceparent }, 'work', () => Promise.reject(new Error('no')));
    await expect(work).rejects.toThrow('no');
  });

  it('that nobody takes keeps no service from ending', async () => {
    await withRemoteTrace({ traceparent: traceparent.replace(/00$/, '01') }, 'work', () => Promise.resolve());
    await expect(tracing.stop()).resolves.toBeUndefined();
  });
});
