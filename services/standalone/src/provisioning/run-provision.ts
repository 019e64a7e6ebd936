import { rename, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Environment } from '@waybill/config';
import { DomainError, toDomainError } from '@waybill/domain';
import { makeFirstAdminOfCluster } from './first-admin-of-cluster.js';
import { natsPermissions, natsServerConfig } from './nats-server-config.js';
import { provisionServers } from './provision-servers.js';

const usage = `Usage: provision [--first-admin | --nats-config | --nats-permissions] [--out FILE]

  (no option)         makes roles, schemas, streams and consumers on servers that run
  --first-admin       makes the first administrator through services that run
  --nats-config       prints the configuration of nats-server with all users; holds passwords
  --nats-permissions  prints what each user may do on the bus, without passwords
  --out FILE          writes what would be printed into a file (mode 0640)
`;

const commands = {
  help: { type: 'boolean' },
  'first-admin': { type: 'boolean' },
  'nats-config': { type: 'boolean' },
  'nats-permissions': { type: 'boolean' },
  out: { type: 'string' },
} as const;

/** One run of the provisioner; resolves to the exit code. What went wrong is one sentence on standard error. */
export async function runProvision(environment: Environment, args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    const text = await textOf(options, environment);
    if (options.out === undefined) process.stdout.write(text);
    else await writeWhole(options.out, text);
    return 0;
  } catch (thrown) {
    const error = toDomainError(thrown);
    const detail = error.kind === 'internal' && thrown instanceof Error ? ` ${thrown.message}` : '';
    process.stderr.write(`${error.message}${detail}\n`);
    return 1;
  }
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: commands, strict: true }).values;
  } catch (cause) {
    throw new DomainError('invalid', 'provision.usage', usage.trimEnd(), { cause });
  }
}

async function textOf(options: ReturnType<typeof parseOptions>, environment: Environment): Promise<string> {
  if (options.help === true) return usage;
  if (options['nats-permissions'] === true) return natsPermissions();
  if (options['nats-config'] === true) return await natsServerConfig(environment);
  const done = options['first-admin'] === true ? makeFirstAdminOfCluster : provisionServers;
  return `${await done(environment)}\n`;
}

async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  await writeFile(draft, text, { mode: 0o640 });
  await rename(draft, path);
}
