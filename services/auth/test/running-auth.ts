import type { DataOf, EventType, ReplyOf, RequestOf, RequestType } from '@waybill/contracts';
import type { Principal, UserId } from '@waybill/domain';

export type Credential = { readonly token: string } | { readonly session: string };

export interface Sent {
  readonly as?: Credential;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly address?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly json: Record<string, unknown>;
  /** The body as text without what differs in every answer. */
  readonly withoutRequestId: string;
}

export interface Person {
  readonly userId: UserId;
  readonly username: string;
  readonly password: string;
  readonly session: { readonly session: string };
}

/** The auth service over a real database and a real bus, asked as the gateway, the adapters and the operator do. */
export interface RunningAuth {
  /** The first administrator's token. */
  readonly admin: { readonly token: string };
  http(method: string, target: string, sent?: Sent): Promise<Answer>;
  ask<Type extends RequestType>(type: Type, request: RequestOf<Type>): Promise<ReplyOf<Type>>;
  introspect(credential: Credential): Promise<{ principal: Principal | null }>;
  query(sql: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Data of the events of one aggregate, oldest first. */
  events<Type extends EventType>(type: Type, aggregate: string): Promise<DataOf<Type>[]>;
  /** What was audited about a subject, oldest first. */
  audit(subject: string): Promise<string[]>;
  signIn(username: string, password: string, address?: string): Promise<Answer & { secret: string }>;
  /** Makes a user, unless there is one, and signs them in. */
  person(username: string, given?: { password?: string; email?: string }): Promise<Person>;
  /** Signs in somebody who was made before. */
  again(username: string): Promise<Person>;
  token(owner: Person, scopes: unknown, expiresAt?: string): Promise<{ id: string; token: string }>;
  organizationId(name: string): Promise<string>;
  flushLastUse(): Promise<void>;
  logLines(): readonly string[];
  stop(): Promise<void>;
}
