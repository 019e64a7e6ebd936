import { DomainError } from '@waybill/domain';

/** Of a claim that is missing where the provider always has it, or of another type than it writes there (T4). */
export function claimMalformed(claim: string): DomainError {
  const name = claim.slice(0, 100);
  return new DomainError('invalid', 'oidc.claim-malformed', `The token's claim "${name}" is not what it has to be.`, {
    details: { claim: name },
  });
}
