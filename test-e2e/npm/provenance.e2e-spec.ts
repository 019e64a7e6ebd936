import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NpmClient, NpmToolId } from '@waybill/client-drivers';
import { makePackage, mustSucceed, outputOf } from '@waybill/client-drivers';
import type { NpmSubject as Subject, RunningCiIssuer, SigstoreAccess } from '@waybill/testing';
import { npmStatement, slsaProvenanceType, startCiIssuer, startSigstore } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { packumentOf } from './open-client.js';
import { mustPublish, rawPublish } from './raw-publish.js';
import { openSigstoreClient } from './sigstore/local-sigstore.js';
import type { Published } from './sigstore/published-provenance.js';
import { attestationsOf, distOf, tarballOf } from './sigstore/published-provenance.js';
import { signStatement } from './sigstore/signed-statement.js';
import { tarballWith } from './tar.js';

const clients: readonly NpmToolId[] = ['npm-11', 'npm-12'];
const version = '1.0.0';

const sigstore = inject('sigstore');
let github: RunningCiIssuer;

beforeAll(async () => {
  github = await startCiIssuer('github-actions', { claims: { repository_visibility: 'public' } });
});

afterAll(() => github.stop());

describe.each(clients)('%s', (id) => {
  it.each([
    ['plain', ''],
    ['scoped', '@home/'],
  ])('publishes a %s package with the provenance that it is given (P9)', async (_, scope) => {
    await using client = await openSigstoreClient(sigstore, id);
    const packed = await pack(client, `${scope}${unique('attested')}`);
    const bundle = await attest(packed);
    const bundleFile = await client.box.writeFile('work/bundle.json', JSON.stringify(bundle, null, 2));
    mustSucceed(await client.run(['publish', packed.file, '--provenance-file', bundleFile, '--access', 'public']));

    const { attestations, integrity } = await distOf(packed);
    expect(attestations?.provenance).toEqual({ predicateType: slsaProvenanceType });
    expect(await attestationsOf(packed)).toBe(
      `{"attestations":[{"predicateType":"${slsaProvenanceType}","bundle":${JSON.stringify(bundle)}}]}`,
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
    expect(attestations.map(({ predicateType }) => predicateType)).toEqual([slsaProvenanceType]);
    const payload = Buffer.from(attestations[0]?.bundle.dsseEnvelope.payload ?? '', 'base64').toString();
    expect(payload).toContain('github.com/acme/left-pad');
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

  it('finds out by its audit that nobody whom it trusts signed the provenance', async () => {
    const subject = subjectOf(unique('attested'));
    await mustPublish(new Registry(), { ...subject, provenance: await attest(subject) });

    const other = await startSigstore();
    try {
      await using client = await openSigstoreClient(other.access, id);
      const app = await install(client, subject);
      const audit = await client.run(['audit', 'signatures'], app);
      expect(outputOf(audit)).toMatch(/1 package has an invalid attestation/);
      expect(audit.exitCode).not.toBe(0);
    } finally {
      await other.stop();
    }
  });
});

describe('pnpm-12', () => {
  it('makes provenance itself in a workflow, which npm verifies', async () => {
    const repository = await new Registry().createRepository('public');
    await using pnpm = await openInWorkflow('pnpm-12', repository);
    const published = { name: unique('attested'), version, repository };
    const directory = await make(pnpm, published.name, version);
    mustSucceed(await pnpm.run(['publish', '--provenance', '--access', 'public', '--no-git-checks'], directory));
    expect(await attestationsOf(published)).toContain(slsaProvenanceType);
    await using npm = await openInWorkflow('npm-12', repository);
    expect(await auditOf(npm, published)).toMatch(/1 package has a verified attestation/);
  });
});

describe('provenance that does not belong to the package', () => {
  it.each<readonly [string, (subject: Subject) => Subject, RegExp]>([
    ['another package', (subject) => ({ ...subject, name: 'another' }), /about another release than/],
    ['another version', (subject) => ({ ...subject, version: '2.0.0' }), /about another release than/],
    ['another tarball', (subject) => ({ ...subject, tarball: Buffer.from('x') }), /not about the bytes/],
  ])('is refused when it is about %s, and nothing is published (P9)', async (_, other, words) => {
    const subject = subjectOf(unique('mismatched'));
    const provenance = await attest(other(subject));
    const response = await rawPublish(new Registry(), { ...subject, provenance });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: expect.stringMatching(words) as string });
    expect(await packumentOf(subject.name)).toBeUndefined();
  });
});

describe('provenance that nobody who is trusted has signed', () => {
  it('is refused, and nothing is published (P9)', async () => {
    const stranger = await startSigstore();
    try {
      const subject = subjectOf(unique('forged'));
      const response = await rawPublish(new Registry(), {
        ...subject,
        provenance: await attest(subject, stranger.access),
      });
      expect(response.status).toBe(400);
      const words = /Nobody who is trusted here has certified the key/;
      expect(await response.json()).toMatchObject({ error: expect.stringMatching(words) as string });
      expect(await packumentOf(subject.name)).toBeUndefined();
    } finally {
      await stranger.stop();
    }
  });

  it('is refused when it was tampered with (P9)', async () => {
    const subject = subjectOf(unique('forged'));
    const provenance = JSON.parse(JSON.stringify(await attest(subject)).replaceAll('"sig":"M', '"sig":"N')) as object;
    const response = await rawPublish(new Registry(), { ...subject, provenance });
    expect(response.status).toBe(400);
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

/** By a job of the workflow, in that Sigstore. */
async function attest(subject: Subject, { url }: SigstoreAccess = sigstore): Promise<object> {
  return signStatement(url, npmStatement(subject), await github.token({ aud: 'sigstore' }));
}

async function openInWorkflow(id: NpmToolId, repository: string): Promise<NpmClient & AsyncDisposable> {
  const registryUrl = new Registry().registryUrl(repository);
  return openSigstoreClient(sigstore, id, {
    registryUrl,
    environment: await github.environment({ audience: 'npm:127.0.0.1' }),
  });
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
