import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import { isUniqueViolation } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { claimedAlready, NamespaceChanges, namespaceNotFound } from '../namespaces/namespace-changes.js';
import { NamespaceRepository } from '../namespaces/namespace.repository.js';
import type { Handover, TransferSubject } from './transfer-subject.js';

/** A claim on names, verified or not; the packages under it stay where they are. */
@Injectable()
export class NamespaceTransferSubject implements TransferSubject {
  readonly kind = 'namespace';
  readonly needsPlace = false;
  readonly #namespaces: NamespaceRepository;
  readonly #changes: NamespaceChanges;

  constructor(namespaces: NamespaceRepository, changes: NamespaceChanges) {
    this.#namespaces = namespaces;
    this.#changes = changes;
  }

  async lock(
    manager: EntityManager,
    subjectId: string,
  ): Promise<{ organizationId: OrganizationId; name: string } | undefined> {
    const namespace = await this.#namespaces.lock(manager, subjectId);
    if (namespace === null) return undefined;
    return { organizationId: namespace.organizationId, name: `${namespace.ecosystem} ${namespace.pattern}` };
  }

  async handOver(manager: EntityManager, subjectId: string, { to, by, details }: Handover): Promise<void> {
    const namespace = await this.#namespaces.lock(manager, subjectId);
    if (namespace === null) throw namespaceNotFound();
    const from = namespace.organizationId;
    namespace.organizationId = to;
    const entry = { by, action: 'namespace.transfer', details, chain: from, transferredFrom: from } as const;
    try {
      await this.#changes.record(manager, namespace, entry);
    } catch (error) {
      if (!isUniqueViolation(error, 'namespaces_claim_key')) throw error;
      throw claimedAlready();
    }
  }

  /** Only publishes ask for it, and they ask the database. */
  announce(): Promise<void> {
    return Promise.resolve();
  }
}
