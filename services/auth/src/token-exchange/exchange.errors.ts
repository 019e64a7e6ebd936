import { DomainError } from '@waybill/domain';
import { maxWorkingTokensPerPublisher } from '../tokens/publisher-token.parts.js';

/**
 * One sentence for an issuer, a repository and a package that nobody knows, and for a token that is not of whom a publisher
 * trusts: strangers learn nothing of what there is (security.md A6).
 */
const nobodyTrusts = 'No trusted publisher here takes this token for what it is wanted for.';

export function noPublisher(): DomainError {
  return new DomainError('not-found', 'oidc.no-publisher', nobodyTrusts);
}

/** For whoever has proven that the project which a publisher names is theirs: what is in the way (pitfall 20). */
export function publisherRefuses(reasons: readonly string[]): DomainError {
  return new DomainError('forbidden', 'oidc.publisher-refuses', [nobodyTrusts, ...reasons].join(' '), {
    details: { reasons },
  });
}

/** For a token that several repositories trust, or several publishers of so many packages that it has to be said which. */
export function ambiguous(repositories: readonly string[]): DomainError {
  const named = repositories.join(', ');
  const message = `Several repositories have a trusted publisher for this token: ${named}. Say which one it is for.`;
  return new DomainError('conflict', 'oidc.ambiguous', message, { details: { repositories } });
}

/** For a token without a package where a publisher of one package gives less than another of many does. */
export function packageNeeded(): DomainError {
  const message = 'Not all that trusts this token gives the same for the same packages: say which package it is for.';
  return new DomainError('conflict', 'oidc.package-needed', message);
}

export function tooManyPackages(atMost: number): DomainError {
  const message = `A token is for at most ${atMost} packages or patterns, and more trust this one: say which package it is for.`;
  return new DomainError('conflict', 'oidc.too-many-packages', message);
}

export function tokenUsed(): DomainError {
  const message = 'This token was exchanged before; each is exchanged once for a package. Ask your CI for another one.';
  return new DomainError('conflict', 'oidc.token-used', message);
}

export function scopeRefused(given: readonly string[]): DomainError {
  const message = `The trusted publisher gives none of these permissions; it gives: ${given.join(', ')}.`;
  return new DomainError('forbidden', 'oidc.scope-refused', message, { details: { scope: given } });
}

export function tooManyTokens(): DomainError {
  const message = `A trusted publisher has at most ${maxWorkingTokensPerPublisher} tokens at a time: end those that are not needed, or wait.`;
  return new DomainError('limit', 'oidc.too-many-tokens', message, { retryAfterSeconds: 60 });
}

/** Where somebody changes what is matched faster than it can be matched. */
export function changedMeanwhile(): DomainError {
  const message = 'What trusts this token is changing at the moment; try again.';
  return new DomainError('unavailable', 'oidc.publishers-changing', message, { retryAfterSeconds: 1 });
}
