import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningAuth } from '../../test/running-auth.js';
import { codeOf, TwoFactorGround, twoFactorPath } from '../../test/two-factor-ground.js';

let ground: TwoFactorGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await TwoFactorGround.start();
  ({ auth } = ground);
});

afterAll(() => auth.stop());

describe('a code of a second factor', () => {
  it('takes a code once: of 50 sign-ins with it from everywhere, one succeeds, in whatever spelling (W7)', async () => {
    const person = await ground.enroll('replayed');
    const code = codeOf(person.secret);
    const spellings = [
      code,
      `${code.slice(0, 3)} ${code.slice(3)}`,
      `${code.slice(0, 3)}-${code.slice(3)}`,
      ` ${code} `,
    ];
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ground.signIn(person, spellings[index % 4], `10.1.${index}.1`)),
    );
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(all.filter(({ json }) => json['code'] === 'login.second-factor-failed')).toHaveLength(49);
    const wide = code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    expect((await ground.signIn(person, wide)).json['code']).toBe('login.second-factor-failed');
    // Nor one of before: it could have been seen while it was typed.
    expect((await ground.signIn(person, codeOf(person.secret, -1))).json['code']).toBe('login.second-factor-failed');
  });

  it('is replaced by each recovery code once, whatever way it is typed (W7)', async () => {
    const person = await ground.enroll('recovered');
    const [code = '', another = ''] = person.recoveryCodes;
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ground.signIn(person, code.toLowerCase(), `10.2.${index}.1`)),
    );
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await ground.signIn(person, another.replaceAll('-', ' '))).status).toBe(201);
    const subject = `user:${person.userId}`;
    const used = (await auth.audit(subject)).filter((action) => action === 'two-factor.use-recovery-code');
    expect(used).toHaveLength(2);
    await ground.age('recovered');
    const session = { session: await ground.sessionOf(person, person.recoveryCodes[2]) };
    const renewed = await auth.http('POST', `${twoFactorPath}/recovery-codes`, { as: session });
    expect(renewed.json['recoveryCodes']).toHaveLength(10);
    expect((await ground.signIn(person, person.recoveryCodes[3])).status).toBe(401);
    expect((await ground.signIn(person, (renewed.json['recoveryCodes'] as string[])[0])).status).toBe(201);
  });

  it('is throttled like a password, and only for the address that guesses (W4, A11)', async () => {
    const person = await ground.enroll('guessed');
    const guesses = [];
    for (let guess = 0; guess < 12; guess += 1)
      guesses.push(await ground.signIn(person, `00000${guess % 10}`, '10.3.0.1'));
    expect(guesses.at(-1)?.json).toMatchObject({ status: 429, code: 'login.throttled' });
    expect((await ground.signIn(person, codeOf(person.secret), '10.3.0.1')).status).toBe(429);
    expect((await ground.signIn(person, codeOf(person.secret), '10.3.9.9')).status).toBe(201);
  });
});
