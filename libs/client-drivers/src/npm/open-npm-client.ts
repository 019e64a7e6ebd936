import { Sandbox } from '../sandbox/sandbox.js';
import type { ClientTool } from '../tools/client-tool.js';
import { installTool } from '../tools/install-tool.js';
import { npmToolById, type NpmClientFamily, type NpmClientTool, type NpmToolId } from '../tools/npm-tools.js';
import { BunClient } from './bun-client.js';
import type { NpmClient, RegistrySettings } from './npm-client.js';
import { NpmCliClient } from './npm-cli-client.js';
import { PnpmClient } from './pnpm-client.js';
import { YarnBerryClient } from './yarn-berry-client.js';
import { YarnClassicClient } from './yarn-classic-client.js';

export interface OpenNpmClientOptions {
  /** Configured at once when given. */
  readonly registry?: RegistrySettings;
  readonly environment?: Readonly<Record<string, string>>;
}

const driverOf: Record<NpmClientFamily, new (tool: NpmClientTool, box: Sandbox) => NpmClient> = {
  npm: NpmCliClient,
  pnpm: PnpmClient,
  'yarn-classic': YarnClassicClient,
  'yarn-berry': YarnBerryClient,
  bun: BunClient,
};

/**
 * A real client in a new empty home; installs it first when it is not in the cache.
 * @throws DomainError `client.unknown-tool`, `client.install-failed`, `client.node-too-old`
 */
export async function openNpmClient(id: NpmToolId, options: OpenNpmClientOptions = {}): Promise<NpmClient> {
  const tool = npmToolById(id);
  const needed: readonly ClientTool[] = [tool, ...tool.companions.map(npmToolById)];
  const tools = await Promise.all(needed.map((each) => installTool(each)));
  const box = await Sandbox.create({
    tools,
    ...(options.environment === undefined ? {} : { environment: options.environment }),
  });
  // Commands that belong to no project still need one: Yarn refuses, pnpm looks above.
  await box.writeFile('work/package.json', '{ "name": "somewhere", "private": true }\n');
  const client = new driverOf[tool.family](tool, box);
  if (options.registry !== undefined) await client.configure(options.registry);
  return client;
}
