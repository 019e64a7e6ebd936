import type { ValidationError } from '@nestjs/common';
import { DomainError } from '@waybill/domain';

const maxProblems = 50;
const maxNamed = 5;
const maxFieldLength = 200;

export type RequestPart = 'body' | 'query' | 'path';

/** One thing that is wrong with a request; in the answer as `errors`. */
export interface FieldProblem {
  /** Where: `body.name`, `query.limit`, `body.scopes.0.actions`. */
  readonly field: string;
  /** Stable: `field.required`, `field.unknown`, or the rule that it breaks (`field.max-length`). */
  readonly code: string;
  readonly message: string;
}

/**
 * What class-validator found in a part of a request, in words for whoever sent it. No value is repeated, which may be a
 * password (security.md W6). Code: `request.invalid`, with every problem in `details.errors`.
 */
export function invalidRequest(errors: readonly ValidationError[], part: RequestPart = 'body'): DomainError {
  const problems = errors.flatMap((error) => problemsOf(error, part, '')).slice(0, maxProblems);
  const named = problems
    .slice(0, maxNamed)
    .map(({ message }) => message)
    .join('; ');
  const more = problems.length > maxNamed ? ` (and ${String(problems.length - maxNamed)} more)` : '';
  return new DomainError('invalid', 'request.invalid', `The request is not usable: ${named}${more}.`, {
    details: { errors: problems },
  });
}

function problemsOf(error: ValidationError, part: RequestPart, parent: string): FieldProblem[] {
  const { constraints, children = [] } = error;
  const value: unknown = error.value;
  const name = `${parent}${error.property}`.slice(0, maxFieldLength);
  const field = `${part}.${name}`;
  const below = children.flatMap((child) => problemsOf(child, part, `${name}.`));
  if (constraints === undefined) return below;
  // What is not known here may have any value, also none.
  if ('whitelistValidation' in constraints) {
    return [{ field, code: 'field.unknown', message: `${name} is not known here` }];
  }
  if (value === undefined || value === null) return [{ field, code: 'field.required', message: `${name} is needed` }];
  return [
    ...Object.entries(constraints).map(([rule, message]) => ({ field, code: `field.${kebab(rule)}`, message })),
    ...below,
  ];
}

function kebab(rule: string): string {
  return rule.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
