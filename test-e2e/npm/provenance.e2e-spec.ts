import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NpmClient, NpmToolId } from '@waybill/client-drivers';
import { makePackage, mustSucceed, outputOf } from '@waybill/client-drivers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { packumentOf } from './open-client.js';
import { mustPublish, rawPublish } from './raw-publish.js';
import type { LocalSigstore } from './sigstore/local-sigstore.js';
import { startLocalSigstore } from './sigstore/local-sigstore.js';
import type { Published } from './sigstore/published-provenance.js';
import { attestationsOf, distOf, tarballOf } from './sigstore/published-provenance.js';
import type { Subject } from './sigstore/signed-statement.js';
import { provenanceType, signStatement, statementAbout } from './sigstore/signed-statement.js';
import { workflowEnvironment } from './sigstore/workflow.js';
import { tarballWith } from './tar.js';

const clients: readonly NpmToolId[] = ['npm-11', 'npm-12'];
const version = '1.0.0';

let sigstore: LocalSigstore;

beforeAll(async () => {
  sigstore = await startLocalSigstore();
});

afterAll(async () => {
  await sigstore[Symbol.asyncDispose]();
});

describe.each(clients)('%s', (id) => {
  it.each([
    ['plain', ''],
    ['scoped', '@home/'],
  ])('publishes a %s package with the provenance that it is given (P9)', async (_, scope) => {
    await using client = await sigstore.open(id);
    const packed = await pack(client, `${scope}${unique('attested')}`);
    const bundle = await signStatement(sigstore.url, statementAbout(packed));
    const bundleFile = await client.box.writeFile('work/bundle.json', JSON.stringify(bundle, null, 2));
    mustSucceed(await client.run(['publish', packed.file, '--provenance-file', bundleFile, '--access', 'public']));

    const { attestations, integrity } = await distOf(packed);
    expect(attestations?.provenance).toEqual({ predicateType: provenanceType });
    expect(await attestationsOf(packed)).toBe(
      `{"attestations":[{"predicateType":"${provenanceType}","bundle":${JSON.stringify(bundle)}}]}`,
    );
    expect(await tarballOf(packed)).toEqual(packed.tarball);
    expect(integrity).toBe(`sha512-${createHash('sha512').update(packed.tarball).digest('base64')}`);
    expect(await auditOf(client, packed)).toMatch(/1 package has a verified attestation/);
  });

  it('makes provenance itself in a workflow, for what is public, with the token of its configuration', async () => {
    const repository = await new Registry().createRepository('public');
    await using client = await openInWorkflow(id, repository);
    const name = unique('attested');
    const first = await client.run(
      ['publish', '--provenance', '--access', 'public'],
      await make(client, name, version),
    );
    expect(outputOf(mustSucceed(first))).toContain('Provenance statement published to transparency log');
    // It asks the registry now whether the package is public.
    mustSucceed(await client.run(['publish', '--provenance'], await make(client, name, '2.0.0')));

    const published = { name, version: '2.0.0', repository };
    const { attestations } = JSON.parse(await attestationsOf(published)) as Attestations;
    expect(attestations.map(({ predicateType }) => predicateType)).toEqual([provenanceType]);
    const payload = Buffer.from(attestations[0]?.bundle.dsseEnvelope.payload ?? '', 'base64').toString();
    expect(payload).toContain('github.com/acme/widget');
    expect(await auditOf(client, published)).toMatch(/1 package has a verified attestation/);
  });

  it('writes nothing about a private package into a public log', async () => {
    const registry = new Registry();
    const repository = await registry.createRepository('private');
    const subject = subjectOf(unique('secret'));
    await mustPublish(registry, { ...subject, repository });
    await using client = await openInWorkflow(id, repository);
    const refused = await client.run(['publish', '--provenance'], await make(client, subject.name, '2.0.0'));
    expect(outputOf(refused)).toContain("Can't generate provenance for new or private package");
    expect(refused.exitCode).not.toBe(0);
  });

  it('finds out by its audit that nobody who is trusted signed the provenance', async () => {
    await using stranger = await startLocalSigstore();
    const subject = subjectOf(unique('forged'));
    const provenance = await signStatement(stranger.url, statementAbout(subject));
    await mustPublish(new Registry(), { ...subject, provenance });

    await using client = await sigstore.open(id);
    const app = await install(client, subject);
    const audit = await client.run(['audit', 'signatures'], app);
    expect(outputOf(audit)).toMatch(/1 package has an invalid attestation/);
    expect(audit.exitCode).not.toBe(0);
  });
});

describe('provenance that does not belong to the package', () => {
  it.each<readonly [string, (subject: Subject) => Subject, RegExp]>([
    ['another package', (subject) => ({ ...subject, name: 'another' }), /about another release than/],
    ['another version', (subject) => ({ ...subject, version: '2.0.0' }), /about another release than/],
    ['another tarball', (subject) => ({ ...subject, tarball: Buffer.from('x') }), /about another tarball/],
  ])('is refused when it is about %s, and nothing is published (P9)', async (_, other, words) => {
    const subject = subjectOf(unique('mismatched'));
    const provenance = await signStatement(sigstore.url, statementAbout(other(subject)));
    const response = await rawPublish(new Registry(), { ...subject, provenance });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: expect.stringMatching(words) as string });
    expect(await packumentOf(subject.name)).toBeUndefined();
  });
});

interface Attestations {
  readonly attestations: readonly {
    readonly predicateType: string;
    readonly bundle: { readonly dsseEnvelope: { readonly payload: string } };
  }[];
}

function subjectOf(name: string): Subject {
  const text = JSON.stringify({ name, version });
  return { name, version, tarball: tarballWith([{ name: 'package/package.json', text }]) };
}

function make(client: NpmClient, name: string, of: string): Promise<string> {
  const files = { 'index.js': `module.exports = '${of}';` };
  return makePackage(join(client.box.work, unique('lib')), { name, version: of, files });
}

async function pack(client: NpmClient, name: string): Promise<Subject & { readonly file: string }> {
  const directory = await make(client, name, version);
  mustSucceed(await client.pack(directory));
  const file = join(directory, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  return { name, version, tarball: await readFile(file), file };
}

function openInWorkflow(id: NpmToolId, repository: string): Promise<NpmClient & AsyncDisposable> {
  const registryUrl = new Registry().registryUrl(repository);
  return sigstore.open(id, { registryUrl, environment: workflowEnvironment(sigstore.url) });
}

async function install(client: NpmClient, published: Published): Promise<string> {
  const dependencies = { [published.name]: published.version };
  const app = await client.box.writeProject(unique('app'), { name: 'app', version, dependencies });
  mustSucceed(await client.install(app));
  return app;
}

async function auditOf(client: NpmClient, published: Published): Promise<string> {
  const audit = mustSucceed(await client.run(['audit', 'signatures'], await install(client, published)));
  expect(outputOf(audit)).toMatch(/1 package has a verified registry signature/);
  return outputOf(audit);
}
