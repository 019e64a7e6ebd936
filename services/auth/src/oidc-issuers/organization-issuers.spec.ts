import type { OrganizationId } from '@waybill/domain';
import { startCiIssuer } from '@waybill/testing';
import { providerNames } from '@waybill/trusted-publishing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { audience, VerifierGround } from '../../test/verifier-ground.js';

const acme = 'o-acme' as OrganizationId;
const claims = { aud: audience };
const askedNothing = { discovery: 0, keys: 0, elsewhere: 0 };

/** An issuer that an organization registered; its keys were read. */
async function ofAcme(ground: VerifierGround) {
  const issuer = await ground.issuer('gitlab-ci', { organizationId: acme });
  return { issuer, row: { url: issuer.issuer, provider: 'gitlab-ci' as const } };
}

describe('an issuer of an organization', () => {
  it('is asked nothing for anybody’s token, be there keys or not (A6, T7)', async () => {
    const ground = new VerifierGround();
    const fresh = await startCiIssuer('gitlab-ci');
    onTestFinished(fresh.stop);
    ground.register({ url: fresh.issuer, provider: 'gitlab-ci', organizationId: acme });
    const { issuer } = await ofAcme(ground);
    const before = { ...issuer.asked };
    for (const minutes of [0, 6, 30, 25 * 60]) {
      ground.pass(minutes);
      // Of a kid that nobody knows, and of one that everybody can read.
      for (const kid of ['unknown', issuer.key.kid]) {
        const forged = await fresh.token({ ...claims, iss: issuer.issuer }, { kid });
        expect(await ground.outcome(forged)).toBe('oidc.issuer-unknown');
      }
      expect(await ground.outcome(await fresh.token(claims))).toBe('oidc.issuer-unknown');
    }
    expect(issuer.asked).toEqual(before);
    expect(fresh.asked).toMatchObject(askedNothing);
  });

  it('whose keys are not there yet, or not any more, is as unknown as none: the same words (A6)', async () => {
    const ground = new VerifierGround();
    const { issuer } = await ofAcme(ground);
    const nobodys = await startCiIssuer('gitlab-ci');
    onTestFinished(nobodys.stop);
    const unknown = (await ground.refusal(await nobodys.token(claims)))?.toWire();
    expect(await ground.outcome(await issuer.token(claims))).toBe('ok');
    issuer.goDown();
    ground.pass(25 * 60);
    expect((await ground.refusal(await issuer.token(claims)))?.toWire()).toEqual(unknown);
    ground.stored.rows.clear();
    expect((await ground.refusal(await issuer.token(claims)))?.toWire()).toEqual(unknown);
  });

  it('survives an outage for a day with the keys that it had (T7)', async () => {
    const ground = new VerifierGround();
    const { issuer, row } = await ofAcme(ground);
    issuer.goDown();
    ground.pass(23 * 60);
    await ground.readKeys(row);
    expect(await ground.outcome(await issuer.token(claims))).toBe('ok');
    expect([...ground.stored.rows.values()]).toMatchObject([{ failures: 1 }]);
    issuer.comeBack();
    await ground.readKeys(row);
    expect([...ground.stored.rows.values()]).toMatchObject([{ failures: 0 }]);
  });

  it('that took a key back is believed after ten minutes, also if nobody has read its keys since (T7)', async () => {
    const ground = new VerifierGround();
    const { issuer } = await ofAcme(ground);
    const stolen = await issuer.token(claims);
    expect(await ground.outcome(stolen)).toBe('ok');
    await issuer.rotate('forgotten');
    ground.pass(10);
    // Whoever has a token of the issuer may know that somebody registered it: it is asked.
    expect(await ground.outcome(stolen)).toBe('oidc.issuer-unknown');
    expect(issuer.asked.keys).toBe(2);
    expect(await ground.outcome(await issuer.token(claims))).toBe('ok');
  });

  it('is read every minute from the first token on, and every ten minutes without', async () => {
    const ground = new VerifierGround();
    const { issuer, row } = await ofAcme(ground);
    const pause = () => {
      const [set] = ground.stored.rows.values();
      return Math.round(((set?.nextAttemptAt.getTime() ?? 0) - (set?.readAt?.getTime() ?? 0)) / 60_000);
    };
    expect(pause()).toBe(10);
    await ground.verify(await issuer.token(claims));
    expect(pause()).toBe(1);
    await ground.readKeys(row);
    expect(pause()).toBe(1);
    ground.pass(25 * 60);
    await ground.readKeys(row);
    expect(pause()).toBe(10);
  });
});

describe('an issuer that two hundred organizations have registered in odd ways', () => {
  it('is read for the one that registered it last and rightly, and its keys are read once for each provider (W4)', async () => {
    const ground = new VerifierGround();
    const running = await startCiIssuer('gitlab-ci');
    onTestFinished(running.stop);
    const url = running.issuer;
    for (let index = 0; index < 200; index += 1) {
      const provider = providerNames[index % providerNames.length] ?? 'generic';
      const organizationId = `o-${index}` as OrganizationId;
      const others = (['ES256', 'PS256', 'ES384', 'PS512'] as const).filter((_, bit) => (index & (1 << bit)) !== 0);
      ground.register({
        url,
        organizationId,
        provider,
        algorithms: provider === 'gitlab-ci' ? others : ['RS256', ...others],
      });
    }
    ground.register({ url, provider: 'gitlab-ci', organizationId: acme });
    for (const provider of providerNames) await ground.readKeys({ url, provider });
    const verified = await ground.verifyAll(await running.token(claims));
    const reach = verified.map(({ issuer: { provider, organizations } }) => ({ provider, organizations }));
    expect(reach).toContainEqual({ provider: 'gitlab-ci', organizations: [acme] });
    expect(running.asked.keys).toBe(providerNames.length);
  });
});
