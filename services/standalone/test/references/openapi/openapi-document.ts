import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { documentationOf } from '@waybill/management-api';
import { services } from '../../../src/services.js';
import { type DocumentedRoute, routesOfService } from '../controllers-of.js';
import { describeRoute } from './describe-route.js';
import { nouns } from './nouns.js';
import { problemSchema } from './problems.js';

const prefix = '/api/v1/';

/** Every route of the management API, whatever service answers there. */
export function managementRoutes(): DocumentedRoute[] {
  return services.flatMap(routesOfService).filter(({ path }) => path.startsWith(prefix));
}

export function isDocumented({ type, handler }: DocumentedRoute): boolean {
  const method: unknown = (type.prototype as Record<string, unknown>)[handler];
  return typeof method === 'function' && documentationOf(method) !== undefined;
}

let document: Promise<OpenAPIObject> | undefined;

/** docs/openapi.json: the management API as OpenAPI 3.1, from its controllers, DTOs, views and permissions. */
export function openApiDocument(): Promise<OpenAPIObject> {
  document ??= makeDocument();
  return document;
}

async function makeDocument(): Promise<OpenAPIObject> {
  // One that says nothing about itself is left out here, and found by the test.
  const routes = managementRoutes().filter(isDocumented);
  for (const route of routes) describeRoute(route);
  const controllers = [...new Set(routes.map(({ type }) => type))];
  // Nothing of a service runs: its controllers are looked at, with nothing behind them.
  const testing = await Test.createTestingModule({ controllers })
    .useMocker(() => ({}))
    .compile();
  const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  const { paths, ...rest } = SwaggerModule.createDocument(app, configuration(), { autoTagControllers: false });
  const known = Object.entries(paths).filter(([path]) => path.startsWith(prefix));
  const tags = [
    ...new Set(known.flatMap(([, item]) => operationsOf(item).flatMap((operation) => operation.tags ?? []))),
  ];
  const { contact: _nobody, ...info } = rest.info;
  return {
    ...rest,
    info,
    tags: tags.toSorted().map(tagNamed),
    paths: Object.fromEntries(known.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      securitySchemes,
      schemas: { Problem: problemSchema },
    },
  };
}

export interface DocumentedOperation {
  readonly operationId?: string;
  readonly tags?: string[];
}

export function operationsOf(item: object): DocumentedOperation[] {
  const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];
  return Object.entries(item).flatMap(([method, operation]) =>
    methods.includes(method) ? [operation as DocumentedOperation] : [],
  );
}

function tagNamed(name: string) {
  const description = nouns[name];
  return { name, ...(description === undefined ? {} : { description }) };
}

const securitySchemes = {
  bearer: { type: 'http' as const, scheme: 'bearer', description: 'A token of a person or of a service account.' },
  session: {
    type: 'apiKey' as const,
    in: 'cookie',
    name: '__Host-waybill_session',
    description:
      'A session of a person; what changes something then needs a same-origin request. Over plain http it is called `waybill_session`.',
  },
};

function configuration() {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Waybill')
    .setDescription(
      `The management API of a Waybill installation. Errors are problems (RFC 9457) with a stable \`code\`; lists are pages that
name the next one in \`Link\`; what one may not know of is answered like what does not exist.`,
    )
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This installation')
    .build();
}
