import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tracing } from './tracing.js';
import { startTracing, traceHeaders, withRemoteTrace } from './tracing.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

describe('a trace', () => {
  let tracing: Tracing;

  // Nothing listens there, and nothing is sent: the trace below is not sampled.
  beforeAll(() => {
    tracing = startTracing({ service: 'test', collectorUrl: 'http://127.0.0.1:9/v1/traces' });
  });

  afterAll(async () => {
    await tracing.stop();
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
    await expect(withRemoteTrace({}, 'work', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
