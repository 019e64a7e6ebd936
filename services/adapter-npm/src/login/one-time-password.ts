import { DomainError } from '@waybill/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';

const maxCodeLength = 200;
const secondFactorCodes: ReadonlySet<string> = new Set(['login.second-factor-needed', 'login.second-factor-failed']);

/** What somebody typed when npm asked for a one-time password (`npm-otp`, protocol notes 1, "OTP / 2FA protocol"). */
export function oneTimePasswordOf({ headers }: Pick<FastifyRequest, 'headers'>): { readonly code?: string } {
  const header = headers['npm-otp'];
  return typeof header === 'string' && header !== '' ? { code: header.slice(0, maxCodeLength) } : {};
}

/**
 * Words a missing or wrong second factor so that clients ask for it and come again: 401 with `WWW-Authenticate: OTP`, and
 * "one-time pass" in the text, which older ones look for.
 */
export async function askingForOneTimePassword<Answer>(
  reply: Pick<FastifyReply, 'header'>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError) || !secondFactorCodes.has(error.code)) throw error;
    reply.header('www-authenticate', 'OTP');
    const message = `You must provide a one-time password. ${error.message}`;
    throw new DomainError(error.kind, error.code, message, { cause: error });
  }
}
