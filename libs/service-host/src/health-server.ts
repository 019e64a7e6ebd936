import type { AddressInfo } from 'node:net';
import type { Metrics } from '@waybill/observability';
import { fastify } from 'fastify';

/** One thing that a service needs in order to work; `check` rejects when it is not there. */
export interface ReadinessCheck {
  readonly name: string;
  readonly check: () => Promise<void>;
}

export interface HealthServer {
  readonly port: number;
  /** From now on not ready, so that nothing new is sent here. */
  startDraining(): void;
  close(): Promise<void>;
}

const checkTimeoutMilliseconds = 3000;

/**
 * Liveness (`/livez`), readiness (`/readyz`) and Prometheus metrics (`/metrics`), on a port that no client reaches.
 * Liveness asks nothing but the event loop; readiness names what is missing.
 */
export async function startHealthServer(options: {
  readonly host: string;
  readonly port: number;
  readonly checks: readonly ReadinessCheck[];
  readonly metrics: Metrics;
}): Promise<HealthServer> {
  let draining = false;
  const server = fastify({ logger: false, forceCloseConnections: true });
  server.get('/livez', () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const missing = draining ? ['draining'] : await failing(options.checks);
    return reply
      .status(missing.length === 0 ? 200 : 503)
      .send({ status: missing.length === 0 ? 'ok' : 'unavailable', missing });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(options.metrics.registry.contentType).send(await options.metrics.registry.metrics()),
  );
  await server.listen({ host: options.host, port: options.port });
  const address = server.server.address() as AddressInfo;
  return {
    port: address.port,
    startDraining: () => {
      draining = true;
    },
    close: () => server.close(),
  };
}

async function failing(checks: readonly ReadinessCheck[]): Promise<string[]> {
  const results = await Promise.all(
    checks.map(async ({ name, check }) => {
      const passed = await Promise.race([check().then(() => true), timeout()]).catch(() => false);
      return passed ? [] : [name];
    }),
  );
  return results.flat();
}

function timeout(): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), checkTimeoutMilliseconds).unref();
  });
}
