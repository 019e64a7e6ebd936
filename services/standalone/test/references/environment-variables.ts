import type { ConfigVariable } from '@waybill/config';
import { busConfig, databaseConfig, describeConfig, hostConfig, storeConfig } from '@waybill/config';
import { z } from 'zod';
import { config as standaloneConfig } from '../../src/config.js';
import { firstAdminConfig, natsConfig, provisionConfig } from '../../src/provisioning/provision-config.js';
import { services } from '../../src/services.js';
import { code, table, title } from './markdown.js';

const shared = { bus: busConfig, database: databaseConfig, store: storeConfig, host: hostConfig };
const sharedNames: ReadonlySet<string> = new Set(Object.values(shared).flatMap((shape) => Object.keys(shape)));

/** docs/env.md: every variable that a process of ours reads. */
export function environmentVariables(): string {
  const about = `Every process reads its configuration from the environment, once, at its start, and lists all that is wrong with it.
An empty variable counts as not set. \`npm start\` fills in what services need of each other, and hands on the rest.`;
  const processes: readonly (readonly [string, z.ZodObject])[] = [
    ['npm start', standaloneConfig],
    ['provision', provisionConfig],
    ['provision --first-admin', firstAdminConfig],
    ['provision --nats-config', natsConfig],
    ...services.map(({ name, config }) => [name, config] as const),
  ];
  return [
    title('Environment', about),
    `## What several services read\n\n${tableOf(describeConfig(z.object(sharedShape())))}`,
    ...processes.map(([name, config]) => section(name, describeConfig(config))),
  ].join('\n\n');
}

function sharedShape() {
  return { ...busConfig, ...databaseConfig, ...storeConfig, ...hostConfig };
}

function section(name: string, variables: readonly ConfigVariable[]): string {
  const names = new Set(variables.map((variable) => variable.name));
  const groups = Object.entries(shared).filter(([, shape]) => Object.keys(shape).every((key) => names.has(key)));
  const covered = new Set(groups.flatMap(([, shape]) => Object.keys(shape)));
  const own = variables.filter((variable) => !covered.has(variable.name) || !sharedNames.has(variable.name));
  const reads = groups.length === 0 ? [] : [`Reads what is above about: ${groups.map(([group]) => group).join(', ')}.`];
  return [`## ${name}`, ...reads, ...(own.length === 0 ? [] : [tableOf(own)])].join('\n\n');
}

function tableOf(variables: readonly ConfigVariable[]): string {
  const rows = variables.map((variable) => [code(variable.name), defaultOf(variable), meaningOf(variable)]);
  return table(['variable', 'default', 'what it is'], rows);
}

function meaningOf({ description, values }: ConfigVariable): string {
  return values === undefined ? description : `${description} One of ${values.map(code).join(', ')}.`;
}

function defaultOf({ required, secret, default: value }: ConfigVariable): string {
  const kind = secret ? 'secret' : '';
  if (value !== undefined) return code(value);
  return [required ? '**required**' : '–', kind].filter((part) => part !== '').join(', ');
}
