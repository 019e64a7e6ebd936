import { Injectable } from '@nestjs/common';
import type { AuditActor, AuditedAction } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { namespaceChanged } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import type { NamespaceEntity } from './namespace.entity.js';
import { NamespaceRepository } from './namespace.repository.js';

export interface NamespaceChange {
  readonly by: AuditActor;
  readonly action: AuditedAction;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Whose chain the audit entry is in, where it is not the owner's. */
  readonly chain?: OrganizationId;
  readonly transferredFrom?: OrganizationId;
  readonly released?: boolean;
}

/** Writes changes of claims, each with one event and one audit entry. */
@Injectable()
export class NamespaceChanges {
  readonly #namespaces: NamespaceRepository;
  readonly #outbox: Outbox;
  readonly #audit: AuditTrail;

  constructor(namespaces: NamespaceRepository, outbox: Outbox, audit: AuditTrail) {
    this.#namespaces = namespaces;
    this.#outbox = outbox;
    this.#audit = audit;
  }

  async recordNew(manager: EntityManager, namespace: NamespaceEntity, change: NamespaceChange): Promise<void> {
    await this.#namespaces.insert(manager, namespace);
    await this.#tell(manager, namespace, change);
  }

  /** It is locked, and has its new values already; counts them. */
  async record(manager: EntityManager, namespace: NamespaceEntity, change: NamespaceChange): Promise<void> {
    namespace.version += 1;
    if (change.released === true) await this.#namespaces.delete(manager, namespace.namespaceId);
    else await this.#namespaces.save(manager, namespace);
    await this.#tell(manager, namespace, change);
  }

  async #tell(manager: EntityManager, namespace: NamespaceEntity, change: NamespaceChange): Promise<void> {
    const { namespaceId, organizationId, ecosystem, kind, pattern, state, version } = namespace;
    await this.#outbox.append(manager, namespaceChanged, {
      aggregate: namespaceId,
      aggregateVersion: version,
      data: {
        namespaceId,
        organizationId,
        ecosystem,
        kind,
        pattern,
        state: change.released === true ? 'released' : state,
        transferredFrom: change.transferredFrom ?? null,
      },
    });
    await this.#audit.record(manager, change.by, {
      action: change.action,
      subject: `namespace:${namespaceId}`,
      organizationId: change.chain ?? organizationId,
      details: { ecosystem, kind, pattern, ...change.details },
    });
  }
}

export function namespaceNotFound(): DomainError {
  return new DomainError('not-found', 'namespace.not-found', 'The namespace was not found.');
}

/** It does not say who holds it (security.md A6). */
export function namespaceTaken(): DomainError {
  return new DomainError('conflict', 'namespace.taken', 'Another organization holds these names, or some of them.');
}

export function claimedAlready(): DomainError {
  return new DomainError('conflict', 'namespace.claimed', 'The organization claims these names already.');
}
