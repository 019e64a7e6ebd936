import autocannon from 'autocannon';
import type { LoadGenerator, LoadRequest, LoadResult } from './load.js';

/** Where wrk is not installed. It needs as much of the processor as what it asks: ratios come out smaller. */
export const autocannonLoad: LoadGenerator = { name: 'autocannon', run: runAutocannon };

async function runAutocannon({ url, headers, connections, seconds }: LoadRequest): Promise<LoadResult> {
  const result = await autocannon({ url, connections, duration: seconds, headers: { ...headers } });
  const refusals = result['4xx'] + result['5xx'];
  if (refusals > 0 || result.errors > 0) throw new Error(`${url}: ${refusals} refusals, ${result.errors} errors`);
  return {
    requests: result.requests.total,
    requestsPerSecond: result.requests.average,
    p50Milliseconds: result.latency.p50,
    p99Milliseconds: result.latency.p99,
  };
}
