import type { DynamicModule, Type } from '@nestjs/common';
import type { DatabaseDefinition } from '@waybill/persistence';
import type { EdgeDeclaration } from '@waybill/edge';
import type { z } from 'zod';

/** What every service's configuration has, whatever else it reads (see `@waybill/config`). */
export interface HostedConfig {
  readonly WAYBILL_NATS_URL: string;
  readonly WAYBILL_HEALTH_PORT: number;
  readonly WAYBILL_HEALTH_HOST: string;
  readonly WAYBILL_LOG_LEVEL: string;
  readonly WAYBILL_OTLP_URL?: string | undefined;
}

/** What a service behind the gateway declares; the rest of its description is collected from its routes. */
export interface EdgeDefinition extends EdgeDeclaration {
  /** Brings the spellings of one target to one form before routing; sees the raw path and query. */
  readonly canonicalTarget?: (target: string) => string;
}

/** One deployable service: everything that differs between services, and nothing that all have. */
export interface ServiceDefinition<Schema extends z.ZodObject = z.ZodObject> {
  /** Folder, package suffix, Postgres role, NATS user and Helm component: one name for all (architecture.md §2). */
  readonly name: string;
  /** Keys are environment variables. */
  readonly config: Schema;
  readonly module: (config: z.infer<Schema>) => Type | DynamicModule;
  readonly database?: DatabaseDefinition;
  /** Extensions of PostgreSQL that its schema needs; made by who provisions, since a service may not. */
  readonly databaseExtensions?: readonly string[];
  /** How long events stay in its outbox after they were sent: days, 7 unless said, or for ever where they are the log. */
  readonly sentEventsKept?: 'forever' | number;
  /** Present when the gateway brings requests to it. */
  readonly edge?: EdgeDefinition;
}

export function defineService<Schema extends z.ZodObject>(
  definition: ServiceDefinition<Schema>,
): ServiceDefinition<Schema> {
  return definition;
}
