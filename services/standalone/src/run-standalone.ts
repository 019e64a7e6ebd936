import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Environment } from '@waybill/config';
import { readConfig } from '@waybill/config';
import { DomainError, toDomainError } from '@waybill/domain';
import { openDataDirectory } from '@waybill/embedded-servers';
import { createLogger } from '@waybill/observability';
import { config as schema } from './config.js';
import { ensureFirstAdmin } from './first-admin.js';
import { greeting } from './greeting.js';
import type { Installation } from './installation.js';
import { openInstallation } from './installation.js';
import { runInProcess } from './run-in-process.js';
import { runSeparately } from './run-separately.js';
import { services } from './services.js';
import { addressWarning, ignoredSettings } from './settings-warnings.js';

/**
 * The whole life of an installation started with one command: servers, services, greeting, signal, drain. Resolves to the
 * exit code; what a person can mend is one sentence on standard error.
 */
export async function runStandalone(environment: Environment, separateProcesses: boolean): Promise<number> {
  const undo: (() => Promise<void>)[] = [];
  const stopped = signalled();
  try {
    const config = readConfig(schema, environment);
    const log = createLogger({ service: 'standalone', level: config.WAYBILL_LOG_LEVEL });
    await assertPortIsFree(config.WAYBILL_HOST, config.WAYBILL_PORT);
    const directory = await openDataDirectory(config.WAYBILL_DATA_DIR);
    undo.push(() => directory.close());
    say(`Starting in ${directory.path} …`);
    const installation = await openInstallation(directory, config, log);
    undo.push(() => installation.stop());
    const ignored = ignoredSettings(environment, services, variablesFrom(installation));
    const warnings = [...ignored, addressWarning(config, installation.externalUrl)];
    for (const warning of warnings) if (warning !== undefined) process.stderr.write(`Warning: ${warning}\n`);
    const running = separateProcesses ? await runSeparately(installation, log) : await runInProcess(installation);
    undo.push(() => running.stop());
    const admin = await ensureFirstAdmin(installation);
    const printing = config.WAYBILL_PRINT_CREDENTIALS;
    const showsPassword = printing === 'auto' ? process.stdout.isTTY : printing === 'true';
    say(greeting(admin, join(directory.path, 'first-admin.json'), showsPassword));
    await stopped;
    say('Stopping …');
    return 0;
  } catch (thrown) {
    const error = toDomainError(thrown);
    const detail = error.kind === 'internal' && thrown instanceof Error ? ` ${thrown.message}` : '';
    process.stderr.write(`${error.message}${detail}\n`);
    return 1;
  } finally {
    for (const step of undo.reverse()) {
      await step().catch((error: unknown) => process.stderr.write(`While stopping: ${String(error)}\n`));
    }
  }
}

function variablesFrom(installation: Installation): ReadonlySet<string> {
  return new Set(services.flatMap(({ name }) => Object.keys(installation.environmentOf(name))));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve());
    process.on('SIGINT', () => resolve());
  });
}

async function assertPortIsFree(host: string, port: number): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${String(cause.code)})`;
      const message = `Port ${port} on ${host} ${why}; set WAYBILL_PORT or WAYBILL_HOST to another.`;
      reject(new DomainError('conflict', 'port.in-use', message, { cause }));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
