import { DomainError } from '@waybill/domain';

export function mustSignIn(): DomainError {
  return new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
}
