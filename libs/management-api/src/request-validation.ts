import type { ArgumentMetadata, ValidationError } from '@nestjs/common';
import { ValidationPipe } from '@nestjs/common';
import { invalidRequest, type RequestPart } from '@waybill/edge';

class FoundProblems extends Error {
  constructor(readonly found: readonly ValidationError[]) {
    super('The request is not usable.');
  }
}

const partOfParameter: Record<ArgumentMetadata['type'], RequestPart> = {
  body: 'body',
  query: 'query',
  param: 'path',
  custom: 'body',
};

class RequestValidationPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (thrown) {
      if (thrown instanceof FoundProblems) throw invalidRequest(thrown.found, partOfParameter[metadata.type]);
      throw thrown;
    }
  }
}

/**
 * The `APP_PIPE` of a service with a management API: refuses what no field is declared for, and names every field that is
 * wrong with the part of the request it is in. Never repeats a value, which may be a password (security.md W6).
 */
export function requestValidation(): ValidationPipe {
  return new RequestValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    exceptionFactory: (errors) => new FoundProblems(errors),
  });
}
