import type { Environment } from '@waybill/config';
import { readConfig } from '@waybill/config';
import { toDomainError } from '@waybill/domain';
import { createLogger, startTracing } from '@waybill/observability';
import type { z } from 'zod';
import type { HostedConfig, ServiceDefinition } from './service-definition.js';
import { startService } from './start-service.js';

/** The whole life of a service's process: configuration, start, SIGTERM or SIGINT, drain, exit code. */
export async function runService<Schema extends z.ZodObject>(
  definition: ServiceDefinition<Schema>,
  environment: Environment,
): Promise<void> {
  // Started by a process that watches over it: without that one, nobody would ever stop it.
  process.once('disconnect', () => process.exit(1));
  const bootLog = createLogger({ service: definition.name });
  try {
    const config = readConfig(definition.config, environment) as z.infer<Schema> & HostedConfig;
    const log = createLogger({ service: definition.name, level: config.WAYBILL_LOG_LEVEL });
    const tracing = startTracing({ service: definition.name, collectorUrl: config.WAYBILL_OTLP_URL });
    const running = await startService(definition, config, { log });
    await signalled();
    await running.stop();
    await tracing.stop();
  } catch (thrown) {
    const error = toDomainError(thrown);
    bootLog.fatal({ err: error.cause ?? thrown, code: error.code }, error.message);
    process.exitCode = 1;
  }
  // Whatever a library still holds open must not keep a stopped service alive.
  process.exit();
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}
