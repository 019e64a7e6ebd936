import type { ProviderName } from '@waybill/trusted-publishing';
import { providerNames, providers, readClaims } from '@waybill/trusted-publishing';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { CiIssuerOptions, RunningCiIssuer } from './ci-issuer.js';
import { startCiIssuer } from './ci-issuer.js';
import type { Misbehaviour } from './misbehaviour.js';

const audience = 'npm:waybill.example';

async function started(provider: ProviderName, options?: CiIssuerOptions): Promise<RunningCiIssuer> {
  const issuer = await startCiIssuer(provider, options);
  onTestFinished(issuer.stop);
  return issuer;
}

async function configuration(issuer: RunningCiIssuer): Promise<{ issuer: string; jwks_uri: string }> {
  const response = await fetch(`${issuer.issuer}/.well-known/openid-configuration`, { redirect: 'manual' });
  return (await response.json()) as { issuer: string; jwks_uri: string };
}

async function verified(issuer: RunningCiIssuer, token: string): Promise<Record<string, unknown>> {
  const { jwks_uri: address } = await configuration(issuer);
  const keys = createRemoteJWKSet(new URL(address));
  const { payload } = await jwtVerify(token, keys, { issuer: issuer.issuer, audience });
  return payload;
}

describe.each(providerNames)('the issuer of %s', (provider) => {
  it('signs tokens that its keys verify, with the claims of the provider', async () => {
    const issuer = await started(provider);
    expect(providers[provider].issuerOf(issuer.issuer)).toBe(issuer.issuer);
    const payload = await verified(issuer, await issuer.token({ aud: audience }));
    const claims = readClaims(provider, payload);
    expect(providers[provider].releasePath(claims)).toMatchObject({ provider, issuer: issuer.issuer });
  });
});

describe('an issuer of tests', () => {
  it('signs with ES256 and EdDSA, too', async () => {
    for (const algorithm of ['ES256', 'EdDSA'] as const) {
      const issuer = await started('generic', { algorithm });
      expect(await verified(issuer, await issuer.token({ aud: audience }))).toMatchObject({ sub: 'builder-7' });
    }
  });

  it('can have the path of an enterprise', async () => {
    const issuer = await started('github-actions', { path: '/_services/token' });
    expect(await verified(issuer, await issuer.token({ aud: audience }))).toMatchObject({
      repository: 'acme/left-pad',
    });
  });

  it('rotates its keys and forgets them', async () => {
    const issuer = await started('generic');
    const old = await issuer.token({ aud: audience });
    await issuer.rotate();
    expect(await verified(issuer, old)).toHaveProperty('sub');
    expect(await verified(issuer, await issuer.token({ aud: audience }))).toHaveProperty('sub');
    await issuer.rotate('forgotten');
    await expect(verified(issuer, old)).rejects.toThrow('no applicable key');
  });

  it('goes down and comes back at the same address', async () => {
    const issuer = await started('generic');
    issuer.goDown();
    await expect(configuration(issuer)).rejects.toThrow('fetch failed');
    issuer.comeBack();
    expect((await configuration(issuer)).issuer).toBe(issuer.issuer);
  });
});

describe('an issuer that misbehaves', () => {
  let issuer: RunningCiIssuer;
  beforeAll(async () => {
    issuer = await startCiIssuer('generic');
  });
  afterAll(() => issuer.stop());

  async function answer(how: Misbehaviour): Promise<Response> {
    issuer.misbehave(how);
    onTestFinished(() => issuer.misbehave(undefined));
    const options = { redirect: 'manual' as const, signal: AbortSignal.timeout(300) };
    return await fetch(`${issuer.issuer}/.well-known/openid-configuration`, options);
  }

  it('never answers', async () => {
    await expect(answer('hang')).rejects.toThrow('timeout');
  });

  it('sends elsewhere, where good keys are', async () => {
    const address = (await answer('redirect')).headers.get('location') ?? '';
    expect(await (await fetch(address)).json()).toHaveProperty('keys');
    expect(issuer.asked.elsewhere).toBe(1);
  });

  it('answers more than anybody should read, as it is read', async () => {
    const response = await answer('huge');
    let read = 0;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      read += chunk.length;
      if (read > 1024 * 1024) break;
    }
    expect(read).toBeGreaterThan(1024 * 1024);
  });

  it('has no keys, another name, or keys elsewhere', async () => {
    issuer.misbehave('emptyKeySet');
    expect(await (await fetch((await configuration(issuer)).jwks_uri)).json()).toEqual({ keys: [] });
    issuer.misbehave('wrongIssuer');
    expect((await configuration(issuer)).issuer).not.toBe(issuer.issuer);
    issuer.misbehave('foreignKeySet');
    expect(new URL((await configuration(issuer)).jwks_uri).origin).not.toBe(new URL(issuer.issuer).origin);
    issuer.misbehave(undefined);
  });

  it('fails, or answers no JSON', async () => {
    expect((await answer('error')).status).toBe(500);
    expect(await (await answer('notJson')).text()).toContain('<html>');
  });
});
