import type { OrganizationId, RepositoryId, Resource } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { resolvedResource } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import type { WebhookId } from './webhook.entity.js';

/** What webhooks belong to: an organization, or one repository of it. */
export interface WebhookOwner {
  readonly organizationId: OrganizationId;
  /** Null for the organization itself. */
  readonly repositoryId: RepositoryId | null;
}

/** A webhook together with whom it was authorized for: no query goes by the id alone (security.md A3). */
export interface WebhookKey extends WebhookOwner {
  readonly webhookId: WebhookId;
}

/** The owner that the guard has authorized. */
export function webhookOwnerOf(request: FastifyRequest): WebhookOwner {
  const resource: Resource = resolvedResource(request);
  const { kind } = resource;
  if (kind === 'organization') return { organizationId: resource.organizationId, repositoryId: null };
  if (kind === 'repository') return { organizationId: resource.organizationId, repositoryId: resource.repositoryId };
  throw new DomainError('internal', 'internal', 'This route is not about webhooks.');
}

/** The webhook of the path, of the owner that the guard has authorized. */
export function webhookKeyOf(request: FastifyRequest): WebhookKey {
  return { ...webhookOwnerOf(request), webhookId: pathParam(request, 'webhookId') as WebhookId };
}

/** A parameter of the path, decoded by the router; empty when the route has none of that name. */
export function pathParam(request: FastifyRequest, name: string): string {
  const { params } = request;
  if (typeof params !== 'object' || params === null) return '';
  const value: unknown = Reflect.get(params, name);
  return typeof value === 'string' ? value : '';
}

/** Whether a text can be an id at all: the database would refuse another one loudly. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
