import { createMetrics } from '@waybill/observability';
import { afterEach, describe, expect, it } from 'vitest';
import type { HealthServer, ReadinessCheck } from '../src/health-server.js';
import { startHealthServer } from '../src/health-server.js';

let server: HealthServer | undefined;

afterEach(async () => {
  await server?.close();
});

async function started(checks: readonly ReadinessCheck[]): Promise<(path: string) => Promise<Response>> {
  server = await startHealthServer({ host: '127.0.0.1', port: 0, checks, metrics: createMetrics('test') });
  const { port } = server;
  return (path) => fetch(`http://127.0.0.1:${port}${path}`);
}

describe('the health of a service', () => {
  it('is ready when everything that it needs is there', async () => {
    const get = await started([{ name: 'bus', check: () => Promise.resolve() }]);
    expect((await get('/livez')).status).toBe(200);
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ok', missing: [] });
  });

  it('names what is missing, and stays alive', async () => {
    const get = await started([
      { name: 'bus', check: () => Promise.resolve() },
      { name: 'database', check: () => Promise.reject(new Error('gone')) },
    ]);
    const ready = await get('/readyz');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ status: 'unavailable', missing: ['database'] });
    expect((await get('/livez')).status).toBe(200);
  });

  it('is not ready any more once it drains', async () => {
    const get = await started([]);
    server?.startDraining();
    expect((await get('/readyz')).status).toBe(503);
  });

  it('tells its measures to Prometheus', async () => {
    const get = await started([]);
    expect(await (await get('/metrics')).text()).toContain('waybill_requests_total');
  });
});
