import { randomUUID } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ReplyOf, RequestOf, RequestType } from '@waybill/contracts';
import { organizationUsage, resolveResource } from '@waybill/contracts';
import type { OrganizationId, RepositoryId, Visibility } from '@waybill/domain';
import { toDomainError } from '@waybill/domain';

interface OwnedRepository {
  readonly repositoryId: RepositoryId;
  readonly slug: string;
  organizationId: OrganizationId;
  visibility: Visibility;
}

/** As much of the service publish as auth asks: which repositories there are, and whose. */
export class PublishDouble {
  readonly #repositories = new Map<string, OwnedRepository>();

  constructor(bus: NatsConnection) {
    answering(bus, resolveResource, ({ repository: slug, packagePurl }) => {
      const found = this.#repositories.get(slug);
      if (found === undefined) return { resource: null };
      const { organizationId, repositoryId, visibility } = found;
      const inPackage = packagePurl === undefined ? {} : { packagePurl };
      return { resource: { organizationId, repositoryId, visibility, ...inPackage } };
    });
    answering(bus, organizationUsage, ({ organizationId }) => {
      const owned = [...this.#repositories.values()].filter((found) => found.organizationId === organizationId);
      return { repositories: owned.length, packages: 0 };
    });
  }

  create(slug: string, organizationId: OrganizationId, visibility: Visibility = 'private'): OwnedRepository {
    const repository = { repositoryId: randomUUID() as RepositoryId, slug, organizationId, visibility };
    this.#repositories.set(slug, repository);
    return repository;
  }

  remove(slug: string): void {
    this.#repositories.delete(slug);
  }
}

function answering<Type extends RequestType>(
  bus: NatsConnection,
  type: Type,
  answer: (request: RequestOf<Type>) => ReplyOf<Type>,
): void {
  const reply = (data: unknown): unknown => {
    try {
      return { ok: answer(type.request.parse(data) as RequestOf<Type>) };
    } catch (error) {
      return { error: toDomainError(error).toWire() };
    }
  };
  bus.subscribe(type.subject, {
    callback: (error, message) => {
      if (error !== null) return;
      const { data, id } = message.json<{ data: unknown; id: string }>();
      message.respond(JSON.stringify({ response: reply(data), isDisposed: true, id }));
    },
  });
}
