import { mustSucceed } from '@waybill/client-drivers';
import { Secret, TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { CommandLine } from '../command-line.js';
import type { PersonWithToken } from '../people.js';
import { createPerson, signIn, withSession } from '../people.js';
import { Registry, unique } from '../registry.js';

const registry = new Registry();

async function setUpSecondFactor(person: PersonWithToken): Promise<{ code: (stepsFromNow: number) => string }> {
  const session = await signIn(registry, person);
  const path = '/account/two-factor';
  const { secret } = await withSession<{ secret: string }>(registry, session, { method: 'POST', path });
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const code = (stepsFromNow: number) => totp.generate({ timestamp: Date.now() + stepsFromNow * 30_000 });
  await withSession(registry, session, { method: 'POST', path: `${path}/confirm`, body: { code: code(0) } });
  return { code };
}

describe('an organization that asks for a second factor', () => {
  it('gives nothing to who has none, whatever token they come with, and everything again to who has set one up', async () => {
    const [owner, member] = [await createPerson(registry, 'owner'), await createPerson(registry, 'member')];
    await using admin = await CommandLine.open(registry.url, registry.token);
    await using ofOwner = await CommandLine.open(registry.url, owner.token);
    await using ofMember = await CommandLine.open(registry.url, member.token);
    const [org, slug] = [unique('org'), unique('repo')];
    mustSucceed(await admin.run('orgs', 'create', org, '--owner', owner.username));
    mustSucceed(await admin.run('members', 'add', org, member.username));
    mustSucceed(await ofOwner.run('repos', 'create', org, slug));
    mustSucceed(await ofMember.run('repos', 'view', slug));

    expect((await ofOwner.run('orgs', 'set', org, '--require-two-factor')).exitCode).not.toBe(0);
    const { code } = await setUpSecondFactor(owner);
    mustSucceed(await ofOwner.run('orgs', 'set', org, '--require-two-factor'));
    mustSucceed(await ofOwner.run('repos', 'view', slug));
    expect((await ofMember.run('repos', 'view', slug)).exitCode).toBe(5);

    await setUpSecondFactor(member);
    mustSucceed(await ofMember.run('repos', 'view', slug));

    const { username, password } = owner;
    await expect(signIn(registry, { username, password })).rejects.toThrow(/second-factor-needed/);
    await expect(signIn(registry, { username, password, code: code(1) })).resolves.toContain('waybill_session=');
  });
});
