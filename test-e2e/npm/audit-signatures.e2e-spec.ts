import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandResult, NpmClient, NpmToolId } from '@waybill/client-drivers';
import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, inject, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { publishVersions } from './open-client.js';
import { openSigstoreClient } from './sigstore/local-sigstore.js';
import type { Dist } from './sigstore/tampering-registry.js';
import { startTamperingRegistry } from './sigstore/tampering-registry.js';

// The clients that have the command.
const clients: readonly NpmToolId[] = ['npm-11', 'npm-12', 'pnpm-12'];

describe.each(clients)('%s audit signatures', (id) => {
  it('finds everything signed that it installed: plain and scoped', async () => {
    await using client = await openSigstoreClient(inject('sigstore'), id);
    const app = await install(client, await publishPair(client));
    const audit = mustSucceed(await client.run(['audit', 'signatures'], app));
    expect(outputOf(audit)).toMatch(/2 packages have verified registry signatures/);
  });

  it('verifies what the last signing key and what the new one signed, in one project', async () => {
    await using client = await openSigstoreClient(inject('sigstore'), id);
    const [plain, scoped] = await publishPair(client);
    const rotated = await new Registry().apiJson<{ keyid: string }>('POST', '/npm/signing-keys');
    const later = unique('later');
    await publishVersions(client, later, '1.0.0');
    expect(await keyidsOf(later)).toEqual([rotated.keyid]);
    expect(await keyidsOf(plain)).not.toEqual([rotated.keyid]);
    const app = await install(client, [plain, scoped, later]);
    const audit = mustSucceed(await client.run(['audit', 'signatures'], app));
    expect(outputOf(audit)).toMatch(/3 packages have verified registry signatures/);
  });

  it.each([
    ['a signature was changed in one bit', flipBit, /2 packages have invalid registry signatures/],
    ['the signatures are gone', dropSignatures, /2 packages (have|are) missing registry signatures/],
  ])('fails when %s on the way', async (_, tamper, complaint) => {
    await using client = await openSigstoreClient(inject('sigstore'), id);
    const app = await install(client, await publishPair(client));
    await using tampering = await startTamperingRegistry(tamper);
    await configure(client, tampering.registryUrl);
    expectFailure(await client.run(['audit', 'signatures'], app), complaint);
  });

  it('fails when the integrity is not the one that was signed', async () => {
    await using client = await openSigstoreClient(inject('sigstore'), id);
    const names = await publishPair(client);
    const app = await install(client, names);
    await using tampering = await startTamperingRegistry(changeIntegrity);
    await configure(client, tampering.registryUrl);
    // npm asks the registry for it, pnpm believes its lock file alone.
    if (client.tool.family === 'pnpm') await changeLockedIntegrity(app);
    expectFailure(await client.run(['audit', 'signatures'], app), /2 packages have invalid registry signatures/);
  });
});

async function publishPair(client: NpmClient): Promise<readonly [string, string]> {
  const plain = unique('signed');
  const scoped = `@home/${unique('signed')}`;
  await publishVersions(client, plain, '1.0.0');
  await publishVersions(client, scoped, '1.0.0');
  return [plain, scoped];
}

async function install(client: NpmClient, names: readonly string[]): Promise<string> {
  const dependencies = Object.fromEntries(names.map((name) => [name, '1.0.0']));
  const app = await client.box.writeProject(unique('app'), { name: 'app', version: '1.0.0', dependencies });
  mustSucceed(await client.install(app));
  return app;
}

async function configure(client: NpmClient, registryUrl: string): Promise<void> {
  await client.configure({ registryUrl, alwaysAuth: true, token: new Registry().token });
}

function expectFailure(audit: CommandResult, complaint: RegExp): void {
  expect(outputOf(audit)).toMatch(complaint);
  expect(audit.exitCode).not.toBe(0);
}

async function keyidsOf(name: string): Promise<string[]> {
  const registry = new Registry();
  const response = await registry.get(`/npm/main/${name}`, { authorization: `Bearer ${registry.token}` });
  const { versions } = (await response.json()) as { versions: Record<string, { dist: Dist }> };
  return Object.values(versions).flatMap(({ dist }) => (dist.signatures ?? []).map(({ keyid }) => keyid));
}

function flipBit({ signatures }: Dist): void {
  for (const signature of signatures ?? []) {
    const bytes = Buffer.from(signature.sig, 'base64');
    const last = bytes.length - 1;
    bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
    signature.sig = bytes.toString('base64');
  }
}

const otherIntegrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;

function changeIntegrity(dist: Dist): void {
  dist.integrity = otherIntegrity;
}

async function changeLockedIntegrity(app: string): Promise<void> {
  const lockFile = join(app, 'pnpm-lock.yaml');
  const lock = await readFile(lockFile, 'utf8');
  await writeFile(lockFile, lock.replaceAll(/sha512-[\w+/]+=*/g, otherIntegrity));
}

function dropSignatures(dist: Dist): void {
  delete dist.signatures;
}
