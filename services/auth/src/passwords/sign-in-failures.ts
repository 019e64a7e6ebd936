import { Injectable } from '@nestjs/common';
import { Refusals } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { UsersRepository } from '../users/users.repository.js';
import type { LoginAttempt } from './login-throttle.js';

/** Codes of what is a failed sign-in, rather than half a successful one or our own trouble. */
const failures = new Set(['login.failed', 'login.second-factor-failed', 'login.throttled', 'two-factor.throttled']);

/** Audits failed sign-ins, bounded (security.md W9, W4). */
@Injectable()
export class SignInFailures {
  constructor(
    private readonly users: UsersRepository,
    private readonly refusals: Refusals,
  ) {}

  /**
   * Nobody waits for it: how long it takes says whether there is such a user (A6). A name that nobody has is not written
   * down: people type passwords there (W6).
   */
  tell(attempt: LoginAttempt, error: unknown): void {
    if (error instanceof DomainError && failures.has(error.code)) void this.#tell(attempt, error.code);
  }

  async #tell({ username, clientAddress }: LoginAttempt, code: string): Promise<void> {
    const user = await this.users.findByUsername(username.toLowerCase()).catch(() => undefined);
    await this.refusals.record(
      { actor: 'anonymous', clientAddress },
      {
        action: 'session.open',
        subject: user === undefined ? 'user:unknown' : `user:${user.userId}`,
        details: { code },
      },
    );
  }
}
