import type { ValidationError } from '@nestjs/common';
import { DomainError } from '@waybill/domain';

const maxProblems = 50;
const maxNamed = 5;

/**
 * What class-validator found in a body or a query, in words for whoever sent it: `exceptionFactory` of a service's
 * `ValidationPipe`. No value is repeated, which may be a password (security.md W6). Code: `request.invalid`, with every
 * problem in the details.
 */
export function invalidRequest(errors: readonly ValidationError[]): DomainError {
  const problems = errors.flatMap((error) => problemsOf(error, '')).slice(0, maxProblems);
  const named = problems.slice(0, maxNamed).join('; ');
  const more = problems.length > maxNamed ? ` (and ${problems.length - maxNamed} more)` : '';
  return new DomainError('invalid', 'request.invalid', `The request is not usable: ${named}${more}.`, {
    details: { problems },
  });
}

function problemsOf({ property, value, constraints, children = [] }: ValidationError, parent: string): string[] {
  const name = `${parent}${property}`;
  const below = children.flatMap((child) => problemsOf(child, `${name}.`));
  if (constraints === undefined) return below;
  // What is not known here may have any value, also none.
  if ('whitelistValidation' in constraints) return [`${name} is not known here`];
  if (value === undefined || value === null) return [`${name} is needed`];
  return [...Object.values(constraints), ...below];
}
