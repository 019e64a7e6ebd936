import { readConfig } from '@waybill/config';
import { createLogger } from '@waybill/observability';
import type { HostedConfig, RunningService, ServiceDefinition } from '@waybill/service-host';
import { startService } from '@waybill/service-host';
import { environment } from './config.js';
import type { Installation } from './installation.js';
import { services } from './services.js';

export interface RunningServices {
  stop(): Promise<void>;
}

/** All services' own modules in this process, each with its own connections, still talking over the bus. */
export async function runInProcess(installation: Installation): Promise<RunningServices> {
  const running: RunningService[] = [];
  const stop = async () => {
    // The gateway goes first: it takes no more, and finishes what the others still answer.
    for (const service of running.splice(0).reverse()) await service.stop();
  };
  try {
    // All are read before the first one starts: what is missing in the last is told at once.
    const starts = services.map((definition) => prepared(definition, installation));
    for (const start of starts) running.push(await start());
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function prepared(definition: ServiceDefinition, installation: Installation): () => Promise<RunningService> {
  const config = readConfig(definition.config, { ...environment, ...installation.environmentOf(definition.name) });
  const hosted = config as unknown as HostedConfig & Record<string, unknown>;
  const log = createLogger({ service: definition.name, level: hosted.WAYBILL_LOG_LEVEL });
  return () => startService(definition, hosted, { log });
}
