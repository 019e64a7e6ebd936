import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { NamespaceChanges, namespaceNotFound, namespaceTaken } from './namespace-changes.js';
import type { NamespaceEntity } from './namespace.entity.js';
import { NamespaceRepository } from './namespace.repository.js';
import { defaultDomainOf, isProvenBy } from './namespace.rules.js';
import type { NamespaceWish } from './own-namespace.js';
import { lockOwn } from './own-namespace.js';
import { beginCheck } from './proof-pause.rules.js';
import type { TxtLookup } from './txt-lookup.js';
import { TXT_LOOKUP } from './txt-lookup.js';

/** Where the record is expected (RFC 8552: a name of its own below the domain). */
export function challengeNameOf(domain: string): string {
  return `_waybill-challenge.${domain}`;
}

/**
 * Looks into the DNS whether whoever claims names controls a domain. For a groupId that begins with the domain that verifies
 * the claim; for other names it is shown to the admins of the installation, who decide (ADR 0044).
 */
@Injectable()
export class DomainProofService {
  readonly #namespaces: NamespaceRepository;
  readonly #changes: NamespaceChanges;
  readonly #unitOfWork: UnitOfWork;
  readonly #lookup: TxtLookup;

  constructor(
    namespaces: NamespaceRepository,
    changes: NamespaceChanges,
    unitOfWork: UnitOfWork,
    @Inject(TXT_LOOKUP) lookup: TxtLookup,
  ) {
    this.#namespaces = namespaces;
    this.#changes = changes;
    this.#unitOfWork = unitOfWork;
    this.#lookup = lookup;
  }

  /**
   * `domain`: another one than the claim names so far. Errors: `not-found`, `invalid` `namespace.no-domain`, `limit`
   * `namespace.checked-lately`, `conflict` `namespace.not-proven`, `namespace.taken`, `unavailable` `dns.unavailable`.
   */
  async prove(namespaceId: string, domain: string | undefined, wish: NamespaceWish): Promise<NamespaceEntity> {
    const namespace = await this.#begin(namespaceId, domain, wish.caller);
    const named = namespace.domain ?? '';
    const texts = await this.#lookup.texts(challengeNameOf(named));
    if (!texts.some((text) => isSame(text, namespace.challenge))) throw notProven(named);
    return this.#unitOfWork.run((manager) => this.#conclude(manager, namespaceId, named, wish));
  }

  /** The claim with its domain; at most one look into the DNS in ten seconds for each. */
  #begin(namespaceId: string, domain: string | undefined, caller: Principal): Promise<NamespaceEntity> {
    return this.#unitOfWork.run(async (manager) => {
      const namespace = await lockOwn(this.#namespaces, manager, { namespaceId, caller });
      const named = domain ?? namespace.domain ?? defaultDomainOf(namespace);
      if (named === undefined) throw noDomain();
      beginCheck(namespace);
      if (named !== namespace.domain) namespace.domainProvenAt = null;
      namespace.domain = named;
      await this.#namespaces.save(manager, namespace);
      return namespace;
    });
  }

  async #conclude(
    manager: EntityManager,
    namespaceId: string,
    domain: string,
    { caller, by }: NamespaceWish,
  ): Promise<NamespaceEntity> {
    const namespace = await lockOwn(this.#namespaces, manager, { namespaceId, caller });
    if (namespace.domain !== domain) throw namespaceNotFound();
    namespace.domainProvenAt = new Date();
    const isVerifying = namespace.state === 'pending' && isProvenBy(namespace, domain);
    if (isVerifying) {
      await this.#namespaces.lockEcosystem(manager, namespace.ecosystem);
      if (await this.#namespaces.isHeldByOthers(manager, namespace, namespace.organizationId)) throw namespaceTaken();
      Object.assign(namespace, { state: 'verified', verifiedBy: 'dns', verifiedAt: new Date() });
    }
    await this.#changes.record(manager, namespace, {
      by,
      action: isVerifying ? 'namespace.verify' : 'namespace.prove-domain',
      details: { how: 'dns', domain },
    });
    return namespace;
  }
}

function isSame(text: string, challenge: string): boolean {
  const [one, other] = [Buffer.from(text), Buffer.from(challenge)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function notProven(domain: string): DomainError {
  return new DomainError(
    'conflict',
    'namespace.not-proven',
    `There is no TXT record ${challengeNameOf(domain)} with the challenge of this claim (yet).`,
  );
}

function noDomain(): DomainError {
  const message = 'Name the domain that you control.';
  return new DomainError('invalid', 'namespace.no-domain', message, {
    details: { errors: [{ field: 'body.domain', code: 'namespace.no-domain', message }] },
  });
}
