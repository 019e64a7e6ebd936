import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NpmClient, NpmToolId } from '@waybill/client-drivers';
import { makePackage, openNpmClient } from '@waybill/client-drivers';
import type { CiClaims, RunningCiIssuer, RunningSigstore } from '@waybill/testing';
import { startCiIssuer, startSigstore, tempDir } from '@waybill/testing';
import { Registry, unique } from '../registry.js';
import { startWaybill } from '../waybill-process.js';
import { openSigstoreClient } from './sigstore/local-sigstore.js';

export const ciProviders = ['github-actions', 'gitlab-ci', 'circleci', 'forgejo-actions'] as const;
export type CiProvider = (typeof ciProviders)[number];

/** An issuer of one of these. */
export interface EmulatedCi extends RunningCiIssuer {
  readonly provider: CiProvider;
}

/** A Waybill of its own that knows the issuers of emulated CIs, and trusts a Sigstore of its own. */
export interface CiGround extends AsyncDisposable {
  readonly registry: Registry;
  readonly sigstore: RunningSigstore;
  readonly issuers: Readonly<Record<CiProvider, EmulatedCi>>;
}

export async function startCiGround(): Promise<CiGround> {
  await using started = new AsyncDisposableStack();
  const sigstore = started.adopt(await startSigstore(), (one) => one.stop());
  const directory = started.adopt(await tempDir('sigstore'), (one) => one.dispose());
  const trustedRoot = join(directory.path, 'trusted_root.json');
  await writeFile(trustedRoot, sigstore.trustedRoot);
  const environment = {
    WAYBILL_SIGSTORE_TRUST: trustedRoot,
    WAYBILL_OIDC_ALLOWED_NETWORKS: '127.0.0.1',
    WAYBILL_OIDC_ALLOW_HTTP: 'yes',
  };
  const waybill = started.adopt(await startWaybill({ environment }), (one) => one.dispose());
  const registry = new Registry(waybill.admin);
  const issuers = {} as Record<CiProvider, EmulatedCi>;
  for (const provider of ciProviders) {
    const issuer = started.adopt(await startCiIssuer(provider), (one) => one.stop());
    issuers[provider] = Object.assign(issuer, { provider });
    await registry.apiJson('POST', '/oidc/issuers', { provider, url: issuers[provider].issuer });
  }
  const all = started.move();
  return { registry, sigstore, issuers, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** A trusted publisher in the words of the management API, of the repository whose tokens the emulated CI gives. */
function publisherWords(ci: EmulatedCi): object {
  const { provider, issuer } = ci;
  const said = ci.payload();
  const claim = (name: string) => said[`oidc.circleci.com/${name}`];
  const repository = { issuer, owner: 'acme', repository: 'left-pad', workflow: 'release.yml' };
  switch (provider) {
    case 'gitlab-ci':
      return { gitlab: { issuer, projectPath: 'acme/tools/left-pad' } };
    case 'circleci': {
      const ids = { organizationId: claim('org-id'), projectId: claim('project-id') };
      const pipelineDefinitionId = claim('pipeline-definition-id');
      return { circleci: { issuer, ...ids, pipelineDefinitionId, vcsOrigin: claim('vcs-origin') } };
    }
    case 'forgejo-actions':
      return { forgejo: repository };
    case 'github-actions':
      return { github: repository };
  }
}

/** Lets that CI publish the package; answers the id of the publisher. */
export async function trust(
  { registry }: CiGround,
  issuer: EmulatedCi,
  { name, repository, actions }: { readonly name: string; readonly repository: string; readonly actions?: string[] },
): Promise<string> {
  const purl = `pkg:npm/${name.replace('@', '%40')}`;
  const path = `/trusted-publishers?repository=${repository}&package=${encodeURIComponent(purl)}`;
  const body = { ...publisherWords(issuer), ...(actions === undefined ? {} : { actions }) };
  return (await registry.apiJson<{ id: string }>('POST', path, body)).id;
}

let runs = 16_021_432_101;

export interface CiJob {
  readonly repository: string;
  /** What its token says besides. */
  readonly claims?: CiClaims;
  /** Whether Sigstore can be reached from there. */
  readonly withSigstore?: boolean;
  /** What the token of a CI that hands it over is for; this registry unless given. */
  readonly audience?: string;
  /** Left in the job's configuration by somebody; undefined: it has no secret at all. */
  readonly token?: string;
}

/** A client as in a job of that CI: with the variables that jobs have there, and no secret. */
export async function openJob(
  { registry, sigstore }: CiGround,
  issuer: RunningCiIssuer,
  id: NpmToolId,
  { repository, claims = {}, withSigstore = false, audience, token }: CiJob,
): Promise<NpmClient & AsyncDisposable> {
  // Without ids of their own, two tokens of one second would be the same one.
  issuer.claims = { run_id: String((runs += 1)), 'oidc.circleci.com/job-id': randomUUID(), ...claims };
  const environment = {
    ...(await issuer.environment({ audience: audience ?? `npm:${new URL(registry.url).hostname}` })),
    // A project of a real job has its lock file.
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
  };
  const registryUrl = registry.registryUrl(repository);
  if (withSigstore) {
    return openSigstoreClient(sigstore.access, id, { registry, registryUrl, token: token ?? null, environment });
  }
  const client = await openNpmClient(id, {
    registry: { registryUrl, alwaysAuth: true, ...(token === undefined ? {} : { token }) },
    environment,
  });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.dispose() });
}

/** A package of the repository that the emulated CIs build. */
export function makeLibrary(client: NpmClient, name: string, version: string): Promise<string> {
  const packageJson = { repository: { type: 'git', url: 'git+https://github.com/acme/left-pad.git' } };
  return makePackage(join(client.box.work, unique('lib')), { name, version, packageJson });
}

export interface ShownVersion {
  readonly _npmUser: {
    readonly name: string;
    readonly trustedPublisher?: { readonly id: string; readonly oidcConfigId: string };
    readonly approver?: { readonly name: string };
  };
  readonly dist: { readonly attestations?: { readonly provenance: { readonly predicateType: string } } };
}

/** The versions of the full packument as its owner sees them; none where there is no package. */
export async function versionsOf(
  { registry }: CiGround,
  name: string,
  repository: string,
): Promise<Readonly<Record<string, ShownVersion>>> {
  const headers = { authorization: `Bearer ${registry.token}` };
  const response = await registry.get(`/npm/${repository}/${name.replace('/', '%2f')}`, headers);
  if (response.status === 404) return {};
  return ((await response.json()) as { versions: Record<string, ShownVersion> }).versions;
}
