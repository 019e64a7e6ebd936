import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { busRoles } from '@waybill/contracts';
import type { DataDirectory, InstallationSecrets } from '@waybill/embedded-servers';
import { freePort, keepRunning, readInstallationSecrets, startNats, startPostgres } from '@waybill/embedded-servers';
import { connectBus, natsServerUsers, provisionBus } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { provisionSchemas } from '@waybill/persistence';
import { provisionExtensions } from '@waybill/service-host';
import type { StandaloneConfig } from './config.js';
import { serviceSecrets } from './service-secrets.js';
import { services } from './services.js';

/** One installation: its directory, its embedded servers, and what each service must know to join. */
export interface Installation {
  readonly directory: DataDirectory;
  readonly externalUrl: string;
  /** Where the gateway listens, as this machine reaches it. */
  readonly listenUrl: string;
  readonly natsUrl: string;
  readonly operatorPassword: string;
  /** The environment of one service, the same whether it runs in this process or in its own. */
  environmentOf(service: string): Record<string, string>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL and nats-server, and makes schemas, roles, streams and consumers. Stops again what it started on failure. */
export async function openInstallation(
  directory: DataDirectory,
  config: StandaloneConfig,
  log: Logger,
): Promise<Installation> {
  const secrets = readInstallationSecrets(directory.path);
  const [postgres, nats] = await startServers(directory, secrets, log);
  async function stop(): Promise<void> {
    await nats.stop();
    await postgres.stop();
  }
  try {
    const databases = await provisionSchemas(
      postgres.adminUrl,
      services
        .filter((service) => service.database !== undefined)
        .map(({ name }) => ({ service: name, password: secrets.secret(`postgres-${name}`) })),
    );
    await provisionExtensions(postgres.adminUrl, services);
    const operatorPassword = secrets.secret('nats-operator');
    const operator = await connectBus({
      url: nats.url,
      user: 'operator',
      password: operatorPassword,
      service: 'operator',
    });
    await provisionBus(operator, busRoles);
    await operator.close();
    const port = config.WAYBILL_PORT === 0 ? await freePort() : config.WAYBILL_PORT;
    const listenUrl = urlOf(config.WAYBILL_HOST, port);
    const externalUrl = (config.WAYBILL_EXTERNAL_URL ?? listenUrl).replace(/\/+$/, '');
    const store = join(directory.path, 'store');
    await mkdir(store, { recursive: true, mode: 0o750 });
    const urls = new Map(databases.map(({ service, url }) => [service, url]));
    return {
      directory,
      externalUrl,
      listenUrl,
      natsUrl: nats.url,
      operatorPassword,
      stop,
      environmentOf: (service) => {
        const databaseUrl = urls.get(service);
        return {
          WAYBILL_NATS_URL: nats.url,
          WAYBILL_NATS_USER: service,
          WAYBILL_NATS_PASSWORD: secrets.secret(`nats-${service}`),
          ...(databaseUrl === undefined ? {} : { WAYBILL_DATABASE_URL: databaseUrl }),
          WAYBILL_STORE_DRIVER: 'fs',
          WAYBILL_STORE_DIR: store,
          // The publish service alone looks at it, and there is one.
          WAYBILL_SIGSTORE_CACHE_DIR: join(directory.path, 'sigstore'),
          WAYBILL_HEALTH_PORT: service === 'gateway' ? String(config.WAYBILL_HEALTH_PORT) : '0',
          WAYBILL_LOG_LEVEL: config.WAYBILL_LOG_LEVEL,
          WAYBILL_HOST: config.WAYBILL_HOST,
          WAYBILL_PORT: String(port),
          WAYBILL_EXTERNAL_URL: externalUrl,
          ...serviceSecrets(service, (name) => secrets.secret(name)),
        };
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServers(directory: DataDirectory, secrets: InstallationSecrets, log: Logger) {
  const serverLog = (line: string) => log.debug({ line }, 'A server says something.');
  const serverTrouble = (line: string) => log.warn(line);
  const users = natsServerUsers(busRoles, (user) => secrets.secret(`nats-${user}`)).map((user) => ({ ...user }));
  const starting = [
    keepRunning((port) => startPostgres({ dataDir: directory.path, log: serverLog, ...atPort(port) }), {
      name: 'PostgreSQL',
      log: serverTrouble,
    }),
    keepRunning((port) => startNats({ dataDir: directory.path, log: serverLog, config: { users, ...atPort(port) } }), {
      name: 'nats-server',
      log: serverTrouble,
    }),
  ] as const;
  const [postgres, nats] = await Promise.allSettled(starting);
  if (postgres.status === 'fulfilled' && nats.status === 'fulfilled') return [postgres.value, nats.value] as const;
  for (const server of [postgres, nats]) if (server.status === 'fulfilled') await server.value.stop();
  throw postgres.status === 'rejected' ? postgres.reason : (nats as PromiseRejectedResult).reason;
}

function atPort(port: number | undefined): { readonly port?: number } {
  return port === undefined ? {} : { port };
}

function urlOf(host: string, port: number): string {
  const named = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${named.includes(':') ? `[${named}]` : named}:${port}`;
}
