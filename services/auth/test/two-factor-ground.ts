import { Secret, TOTP } from 'otpauth';
import type { Answer, AuthConversation, Credential } from './auth-conversation.js';
import type { Person, RunningAuth } from './running-auth.js';
import { startAuth } from './running-auth.js';

export const twoFactorPath = '/api/v1/account/two-factor';

export interface Enrolled extends Person {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

export function codeOf(secret: string, stepsFromNow = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + stepsFromNow * 30_000 });
}

/**
 * Confirms a second factor with the code of the step before, so that those of now and of the next one are good for something else.
 * Such a code is good to the end of the step only: where that passed on the way it is the next one's turn.
 */
export async function confirmSecondFactor(auth: AuthConversation, as: Credential, secret: string): Promise<Answer> {
  for (;;) {
    const step = stepNow();
    const body = { code: codeOf(secret, -1) };
    const answer = await auth.http('POST', `${twoFactorPath}/confirm`, { as, body });
    if (answer.status === 200 || stepNow() === step) return answer;
  }
}

function stepNow(): number {
  return Math.floor(Date.now() / 30_000);
}

/** The auth service and people with a second factor. */
export class TwoFactorGround {
  private constructor(readonly auth: RunningAuth) {}

  static async start(): Promise<TwoFactorGround> {
    return new TwoFactorGround(await startAuth());
  }

  async enroll(username: string): Promise<Enrolled> {
    const person = await this.auth.person(username);
    const begun = await this.auth.http('POST', twoFactorPath, { as: person.session });
    const secret = String(begun.json['secret']);
    const confirmed = await confirmSecondFactor(this.auth, person.session, secret);
    if (confirmed.status !== 200) throw new Error(confirmed.withoutRequestId);
    return { ...person, secret, recoveryCodes: confirmed.json['recoveryCodes'] as string[] };
  }

  signIn({ username, password }: Person, code?: string, address = '10.0.0.1'): Promise<Answer> {
    const body = { username, password, ...(code && { code }) };
    return this.auth.http('POST', '/api/v1/sessions', { body, address });
  }

  async sessionOf(person: Person, code: string | undefined): Promise<string> {
    const { headers } = await this.signIn(person, code);
    return /waybill_session=([^;]*)/.exec(String(headers['set-cookie']))?.[1] ?? '';
  }

  /** Their sessions were proven an hour ago. */
  async age(username: string): Promise<void> {
    await this.auth.query(
      `UPDATE sessions SET proven_at = now() - interval '1 hour'
       WHERE user_id = (SELECT user_id FROM users WHERE username = $1)`,
      [username],
    );
  }
}
