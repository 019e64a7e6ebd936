import { join } from 'node:path';
import type { NpmClient, NpmClientFamily } from '@waybill/client-drivers';
import { makePackage, mustSucceed, npmClientTools, openNpmClient } from '@waybill/client-drivers';
import { beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '../command-line.js';
import { Registry, unique } from '../registry.js';

const registry = new Registry();
let slug: string;

beforeAll(async () => {
  slug = await registry.createRepository('private');
});

/** What `waybill setup` calls them. */
const nameOf: Readonly<Record<NpmClientFamily, string>> = {
  npm: 'npm',
  pnpm: 'pnpm',
  'yarn-classic': 'yarn-classic',
  'yarn-berry': 'yarn',
  bun: 'bun',
};

async function setUp({ box, tool }: NpmClient, folder: string, ...flags: readonly string[]): Promise<void> {
  const waybill = CommandLine.within(box, registry.url);
  mustSucceed(await waybill.runIn(folder, 'setup', nameOf[tool.family], '--repository', slug, '--write', ...flags));
}

async function appOf(client: NpmClient, name: string): Promise<string> {
  return client.box.writeProject(unique('app'), { name: 'app', version: '1.0.0', dependencies: { [name]: '1.0.0' } });
}

/** Signs in as it was told to, or leaves behind what `npm login` does where the client goes by that. */
async function signIn(client: NpmClient): Promise<void> {
  if (client.tool.family === 'yarn-berry') {
    await setUp(client, client.box.work);
    const { username, password } = registry.admin;
    const answers = [
      { question: /username:/i, text: username },
      { question: /password:/i, text: password },
    ];
    mustSucceed(await client.converse(['npm', 'login', '--always-auth'], answers));
    return;
  }
  const line = `${registry.registryUrl(slug).replace(/^https?:/, '')}:_authToken=${registry.token}\n`;
  await client.box.writeFile('home/.npmrc', line);
}

async function publish(client: NpmClient, folder: string): Promise<void> {
  const published =
    client.tool.id === 'pnpm-10'
      ? await client.run(['publish', '--no-git-checks', `--registry=${registry.registryUrl(slug)}`], folder)
      : await client.publish(folder);
  mustSucceed(published);
}

describe.each(npmClientTools)('$id with what waybill setup writes', ({ id }) => {
  it('publishes and installs a private package in a job, with the token of the environment (W6)', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id, { environment: { WAYBILL_TOKEN: registry.token } });
    stack.defer(() => client.dispose());
    const name = unique('set-up');
    const folder = await makePackage(join(client.box.work, name), { name, version: '1.0.0' });
    await setUp(client, folder, '--ci');
    mustSucceed(await client.publish(folder));
    const app = await appOf(client, name);
    await setUp(client, app, '--ci');
    mustSucceed(await client.install(app));
    expect(mustSucceed(await client.evaluate(app, `console.log(require(${JSON.stringify(name)}))`)).stdout).toContain(
      name,
    );
  });

  it('publishes and installs a private package for who has signed in with a client', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id);
    stack.defer(() => client.dispose());
    await signIn(client);
    const name = unique('signed-in');
    const folder = await makePackage(join(client.box.work, name), { name, version: '1.0.0' });
    await setUp(client, folder);
    await publish(client, folder);
    const app = await appOf(client, name);
    await setUp(client, app);
    mustSucceed(await client.install(app));
  });
});
