import type { OrganizationId } from '@waybill/domain';
import { hostileTokens, startCiIssuer } from '@waybill/testing';
import { providerNames, providers } from '@waybill/trusted-publishing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { audience, VerifierGround } from '../../test/verifier-ground.js';

const acme = 'o-acme' as OrganizationId;
const other = 'o-other' as OrganizationId;

describe.each(providerNames)('a token of %s', (provider) => {
  it('is verified, and says how a release came that is published with it', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer(provider);
    for (const row of ground.of(issuer.issuer)) row.allowFixedAudience = true;
    const aud = providers[provider].fixedAudience ?? audience;
    const verified = await ground.verify(await issuer.token({ aud }));
    expect(verified).toMatchObject({
      issuer: { url: issuer.issuer, provider, organizations: 'all' },
      path: { provider, issuer: issuer.issuer },
    });
    expect(verified.replayKey).toMatch(providers[provider].replayKey === 'jti' ? /^jti:/ : /^sha256:/);
    expect(verified.times.replayUntil > verified.times.expiresAt).toBe(true);
  });
});

describe('a token that was used', () => {
  it('is to be remembered for longer than it can be used again, whatever it says of its end (T1)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('gitlab-ci');
    const iat = Math.floor(Date.now() / 1000) - 3000;
    for (const lifetime of [3001, 3600, 86_400]) {
      const token = await issuer.token({ aud: audience, iat, nbf: iat, exp: iat + lifetime });
      const { replayUntil } = (await ground.verify(token)).times;
      // Some time before it is forgotten nobody takes it any more.
      const later = new Date(replayUntil.getTime() - 60_000);
      for (const now of [later, replayUntil]) {
        await expect(ground.verifyAll(token, [audience], now)).rejects.toThrow(/expired|older/);
      }
    }
  });
});

describe('a hostile token', () => {
  it('is refused, each of them, and never as an error of ours (T4, T5)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('github-actions');
    expect(await ground.outcome(await issuer.token({ aud: audience }))).toBe('ok');
    const taken: string[] = [];
    for (const { name, rule, token } of await hostileTokens(issuer, audience)) {
      const refusal = await ground.refusal(token);
      const isRight = refusal !== undefined && refusal.code.startsWith('oidc.') && refusal.status < 500;
      if (!isRight) taken.push(`${rule} ${name}: ${refusal?.code ?? 'taken'}`);
    }
    expect(taken).toEqual([]);
    // None of them made anybody ask for keys anew, or elsewhere.
    expect(issuer.asked).toMatchObject({ discovery: 1, keys: 1, elsewhere: 0 });
  });

  it('is refused for what is wrong with it (T4, T5)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('github-actions');
    const now = Math.floor(Date.now() / 1000);
    const code = async (claims: object, header: object = {}) =>
      ground.outcome(await issuer.token({ aud: audience, ...claims }, header));
    expect(await code({}, { crit: ['b64'], b64: true })).toBe('oidc.token-malformed');
    expect(await code({ jti: undefined })).toBe('oidc.claim-malformed');
    expect(await code({ jti: 'a\0b' })).toBe('oidc.claim-malformed');
    expect(await code({ iss: 'https://nobody.example' })).toBe('oidc.issuer-unknown');
    expect(await code({ iss: 'https://nobody.example/\0' })).toBe('oidc.issuer-unknown');
    expect(await code({ aud: [audience, 'npm:other.example'] })).toBe('oidc.audience-ambiguous');
    expect(await code({ aud: 'npm:other.example' })).toBe('oidc.audience-wrong');
    expect(await code({ iat: now - 7200, exp: now - 3600, nbf: undefined })).toBe('oidc.token-expired');
    expect(await code({}, { kid: 'unknown' })).toBe('oidc.signature-wrong');
    const [head = '', body = ''] = (await issuer.token({ aud: audience })).split('.');
    expect(await ground.outcome(`${head}.${body}.AAAA`)).toBe('oidc.signature-wrong');
  });

  it('is refused if it is signed with what its issuer was not said to sign with (T5)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('generic', { algorithm: 'ES256' });
    expect(await ground.outcome(await issuer.token({ aud: audience }))).toBe('oidc.signature-wrong');
    expect(issuer.asked.keys).toBe(0);
    for (const row of ground.of(issuer.issuer)) row.algorithms = ['ES256'];
    expect(await ground.outcome(await issuer.token({ aud: audience }))).toBe('ok');
  });

  it('never stands in the log (W6)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('github-actions');
    issuer.misbehave('error');
    const token = await issuer.token({ aud: audience });
    expect(await ground.outcome(token)).toBe('oidc.issuer-unavailable');
    expect(ground.lines.join()).toContain('the keys of an issuer cannot be had');
    for (const part of token.split('.')) expect(ground.lines.join()).not.toContain(part);
  });
});

describe('an issuer', () => {
  it('does not sign for another, whatever its tokens claim (T3)', async () => {
    const ground = new VerifierGround();
    const [one, two] = [await ground.issuer('github-actions'), await ground.issuer('github-actions')];
    const claims = { aud: audience, repository: 'acme/left-pad' };
    expect((await ground.verify(await two.token(claims))).issuer.url).toBe(two.issuer);
    // Signed by the second in the name of the first.
    expect(await ground.outcome(await two.token({ ...claims, iss: one.issuer }))).toBe('oidc.signature-wrong');
    expect(await ground.outcome(await two.token({ ...claims, iss: one.issuer }, { kid: one.key.kid }))).toBe(
      'oidc.signature-wrong',
    );
    for (const iss of [`${one.issuer}/`, one.issuer.replace('127.0.0.1', 'localhost'), `${one.issuer}/acme`]) {
      expect(await ground.outcome(await one.token({ ...claims, iss }))).toBe('oidc.issuer-unknown');
    }
  });

  it('of an organization counts for its publishers only (T3, pitfall 22)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('gitlab-ci', { organizationId: acme });
    expect((await ground.verify(await issuer.token({ aud: audience }))).issuer.organizations).toEqual([acme]);
  });

  it('that organizations registered differently is read in each way, for each alone', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('gitlab-ci', { organizationId: acme });
    for (const [provider, organizationId] of [
      ['generic', other],
      ['circleci', 'o-third' as OrganizationId],
    ] as const) {
      await ground.readKeys(ground.register({ url: issuer.issuer, provider, organizationId }));
    }
    const readings = await ground.verifyAll(await issuer.token({ aud: audience }));
    expect(readings.map(({ issuer: { provider, organizations } }) => [provider, organizations])).toEqual([
      ['gitlab-ci', [acme]],
      ['generic', [other]],
    ]);
  });

  it('of an organization is as unknown as none to who cannot show a token of it (A6)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('github-actions', { organizationId: acme });
    const stranger = await startCiIssuer('github-actions');
    onTestFinished(stranger.stop);
    const claims = { aud: audience, iss: issuer.issuer };
    const forged = [
      await stranger.token(claims),
      await stranger.token(claims, { kid: issuer.key.kid }),
      await issuer.token(claims, { kid: 'unknown' }),
    ];
    const unknown = await ground.refusal(await stranger.token({ aud: audience }));
    for (const token of forged) expect((await ground.refusal(token))?.toWire()).toEqual(unknown?.toWire());
  });

  it('whose audience everybody gets is taken only after somebody allowed it (pitfall 10)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('azure-devops');
    const token = await issuer.token({ aud: 'api://AzureADTokenExchange' });
    expect(await ground.outcome(token)).toBe('oidc.audience-fixed');
    for (const row of ground.of(issuer.issuer)) row.allowFixedAudience = true;
    expect(await ground.outcome(token)).toBe('ok');
    expect(await ground.outcome(await issuer.token({ aud: 'npm:other.example' }))).toBe('oidc.audience-wrong');
  });

  it('is asked within the operator’s policy only (T6, W3)', async () => {
    const ground = new VerifierGround({});
    const issuer = await ground.issuer('github-actions');
    expect(await ground.outcome(await issuer.token({ aud: audience }))).toBe('oidc.issuer-unavailable');
    expect(issuer.asked).toMatchObject({ discovery: 0, keys: 0 });
    for (const jwksUri of ['http://169.254.169.254/keys', 'http://[::ffff:10.0.0.1]/keys', 'http://127.0.0.2/keys']) {
      const pinned = await new VerifierGround().issuer('generic');
      const elsewhere = new VerifierGround();
      elsewhere.register({ url: pinned.issuer, provider: 'generic', jwksUri });
      expect(await elsewhere.outcome(await pinned.token({ aud: audience }))).toBe('oidc.issuer-unavailable');
    }
  });

  it('has its keys where an administrator has said, if they have (pitfall 12)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('generic');
    const keys = await ground.issuer('generic');
    for (const row of ground.of(issuer.issuer)) row.jwksUri = `${keys.issuer}/keys`;
    const token = await keys.token({ aud: audience, iss: issuer.issuer });
    expect(await ground.outcome(token)).toBe('ok');
    expect(issuer.asked.discovery + keys.asked.discovery).toBe(0);
  });
});
