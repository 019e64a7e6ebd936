import { HttpStatus, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import { asksForStepUp } from '@waybill/edge';
import type { RouteDocumentation } from '@waybill/management-api';
import { documentationOf, isIdempotent } from '@waybill/management-api';
import { z } from 'zod';
import type { DocumentedRoute } from '../controllers-of.js';
import { bodyClassOf, queryClassOf } from '../route-arguments.js';
import { dtoSchema, type JsonSchema, objectSchema } from './dto-schema.js';
import { operationName, tagOf } from './operation-name.js';
import { meaningOf } from './problems.js';

// The names under which Nest keeps what decorators say.
const httpCode = '__httpCode__';

const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** Puts on a handler, as decorators of @nestjs/swagger, what is known of its route. Errors: it is not `@Documented`. */
export function describeRoute(route: DocumentedRoute): void {
  const { type, handler } = route;
  const prototype = type.prototype as Record<string, unknown>;
  const method = prototype[handler];
  const descriptor = Object.getOwnPropertyDescriptor(prototype, handler);
  if (typeof method !== 'function' || descriptor === undefined) throw new Error(`${handler} is no method.`);
  const documentation = documentationOf(method);
  if (documentation === undefined) throw new Error(`${route.method} ${route.path} is not @Documented.`);
  const decorators = [
    ...operation(route, documentation, method),
    ...inputs(route, documentation, method),
    ...answers(route, documentation, method),
  ];
  for (const decorate of decorators) decorate(prototype, handler, descriptor);
}

function operation(
  route: DocumentedRoute,
  { summary, description, operation: name }: RouteDocumentation,
  method: object,
) {
  const { declaration } = route;
  const open = declaration?.kind === 'open' ? [ApiSecurity({})] : [];
  return [
    ApiOperation({
      operationId: name ?? operationName(route),
      summary,
      ...(description === undefined ? {} : { description }),
    }),
    ApiTags(tagOf(route)),
    ApiExtension('x-waybill-permission', permissionOf(route)),
    ...(asksForStepUp(method) ? [ApiExtension('x-waybill-step-up', true)] : []),
    ...open,
    ApiSecurity('bearer'),
    ApiSecurity('session'),
  ];
}

/** In the words of docs/endpoints.md. */
function permissionOf({ declaration }: DocumentedRoute): JsonSchema {
  switch (declaration?.kind) {
    case 'requires': {
      const { action, resolver, further } = declaration;
      return { action, on: resolver.name, ...(further === undefined ? {} : { further }) };
    }
    case 'filtered':
      return { action: declaration.action, filtered: declaration.reason };
    case 'open':
      return { everybody: declaration.reason };
    case undefined:
      throw new Error('A route declares no permission.');
  }
}

function inputs(route: DocumentedRoute, { etag }: RouteDocumentation, method: object): MethodDecorator[] {
  const body = bodyClassOf(route);
  const query = queryClassOf(route);
  const changes = ['PUT', 'PATCH', 'DELETE'].includes(route.method);
  return [
    ...pathParametersOf(route.path),
    ...(body === undefined ? [] : bodyOf(body, route.method)),
    ...(query === undefined ? [] : queryOf(query)),
    ...(isIdempotent(method) ? [idempotencyHeader] : []),
    ...(etag === true && changes ? [ifMatchHeader] : []),
  ];
}

const idempotencyHeader = ApiHeader({
  name: 'Idempotency-Key',
  required: false,
  description: 'The same request with the same key is done once, and answered the same for a day. A UUID, for example.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
});
const ifMatchHeader = ApiHeader({
  name: 'If-Match',
  required: false,
  description: 'The `ETag` of what was read; another one meanwhile is answered 412.',
  schema: { type: 'string' },
});

/** Every one of the path, also those that only the resolver of the permission reads. */
function pathParametersOf(path: string): MethodDecorator[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    const description = meaningOfParameter[name];
    const schema = { type: 'string' as const, minLength: 1 };
    return ApiParam({ name, required: true, schema, ...(description === undefined ? {} : { description }) });
  });
}

const meaningOfParameter: Readonly<Record<string, string>> = {
  purl: 'A package-url (`pkg:npm/%40acme/left-pad`) as one part of the path, so percent-encoded once more.',
  slug: 'The address of a repository.',
  username: 'A person’s name, or `<organization>/<name>` of a service account, percent-encoded.',
};

function bodyOf(dto: Type, method: string): MethodDecorator[] {
  const schema = objectSchema(dto);
  const types = method === 'PATCH' ? ['application/merge-patch+json', 'application/json'] : ['application/json'];
  return [ApiConsumes(...types), ApiBody({ required: 'required' in schema, schema: schema as never })];
}

/** What our cursors look like; anything else is refused. */
const cursorPattern = '^[A-Za-z0-9_-]+$';

function queryOf(dto: Type): MethodDecorator[] {
  const { properties, required } = dtoSchema(dto);
  return Object.entries(properties).map(([name, { description, ...schema }]) =>
    ApiQuery({
      name,
      required: required.includes(name),
      schema: name === 'cursor' ? { ...schema, pattern: cursorPattern } : schema,
      ...(typeof description === 'string' ? { description } : {}),
    }),
  );
}

function answers(route: DocumentedRoute, documentation: RouteDocumentation, method: object): MethodDecorator[] {
  const { returns, rows, refusals, alternatives = {}, mediaType, etag, status, errors = [] } = documentation;
  const declared = Reflect.getMetadata(httpCode, method) as number | undefined;
  const success = status ?? declared ?? (route.method === 'POST' ? HttpStatus.CREATED : HttpStatus.OK);
  const content = {
    ...(returns === undefined ? {} : { [mediaType ?? 'application/json']: { schema: answerSchema(returns) } }),
    ...(rows === undefined
      ? {}
      : { 'application/x-ndjson': { schema: answerSchema(rows) }, 'text/csv': { schema: { type: 'string' } } }),
    ...Object.fromEntries(Object.entries(alternatives).map(([type, of]) => [type, { schema: answerSchema(of) }])),
  };
  const headers = {
    ...(returns instanceof z.ZodObject && 'next' in returns.shape ? { Link: linkHeader } : {}),
    ...(etag === true ? { ETag: etagHeader } : {}),
  };
  const refusalContent = {
    ...problemContent,
    ...(refusals === undefined ? {} : { 'application/json': { schema: answerSchema(refusals) } }),
  };
  const codes = codesByStatus(errors);
  for (const usual of usualStatuses(route, documentation, method)) if (!codes.has(usual)) codes.set(usual, []);
  return [
    ApiResponse({
      status: success,
      description: success === 204 ? 'Done.' : documentation.summary,
      ...(Object.keys(content).length === 0 ? {} : { content }),
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
    }),
    ...[...codes].map(([refused, known]) =>
      ApiResponse({
        status: refused,
        description: [meaningOf(refused), ...known.map((code) => `\`${code}\``)].join(' '),
        content: refusalContent,
      }),
    ),
    ApiResponse({ status: 'default', description: 'A problem (RFC 9457).', content: refusalContent } as never),
  ];
}

const linkHeader = {
  description: 'The next page, as `rel="next"` (RFC 8288); absent on the last.',
  schema: { type: 'string' },
};
const etagHeader = { description: 'Names this version, for `If-Match`.', schema: { type: 'string' } };

function codesByStatus(errors: readonly string[]): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const error of errors) {
    const [code = '', status = '409'] = error.split(' ');
    found.set(Number(status), [...(found.get(Number(status)) ?? []), code]);
  }
  return found;
}

function usualStatuses(route: DocumentedRoute, { etag }: RouteDocumentation, method: object): number[] {
  const { declaration } = route;
  const changes = route.method !== 'GET';
  const takes = bodyClassOf(route) !== undefined || queryClassOf(route) !== undefined;
  const restricted = declaration?.kind === 'requires';
  return [
    ...(takes ? [400] : []),
    ...(declaration?.kind === 'open' ? [] : [401]),
    ...(restricted ? [403, 404] : []),
    ...(isIdempotent(method) ? [409] : []),
    ...(etag === true && changes ? [412] : []),
    ...(bodyClassOf(route) === undefined ? [] : [413, 415]),
    429,
    503,
  ];
}

function answerSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...shape } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // The format says it, and shorter.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
  return shape;
}
