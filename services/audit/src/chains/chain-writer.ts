import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ChainedEvent, PrivatePart } from '@waybill/audit-chain';
import { canonicalJson, installationChain, leafHashOfEntry, privateHashOf } from '@waybill/audit-chain';
import type { AuditEventFacts } from '@waybill/contracts';
import { UnitOfWork } from '@waybill/persistence';
import { ChainEntryEntity } from './chain-entry.entity.js';
import { ChainRepository } from './chain.repository.js';

const saltBytes = 16;

/** Puts events into the chain of whom they concern: each once, one after another. */
@Injectable()
export class ChainWriter {
  readonly #chains: ChainRepository;
  readonly #unitOfWork: UnitOfWork;
  /** The last work on each chain: who comes later waits here, and not with a connection at its row. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(chains: ChainRepository, unitOfWork: UnitOfWork) {
    this.#chains = chains;
    this.#unitOfWork = unitOfWork;
  }

  /**
   * `source`: the service that announced it, as the bus knows it. Idempotent by the event's id. What comes to one replica
   * stays in its order.
   */
  async append(source: string, facts: AuditEventFacts): Promise<void> {
    const chain = facts.organizationId ?? installationChain;
    const before = this.#turns.get(chain)?.catch(() => undefined);
    const turn = (before ?? Promise.resolve()).then(() => this.#append(chain, source, facts));
    this.#turns.set(chain, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(chain) === turn) this.#turns.delete(chain);
    }
  }

  async #append(chain: string, source: string, facts: AuditEventFacts): Promise<void> {
    await this.#unitOfWork.run(async (manager) => {
      const head = await this.#chains.lock(manager, chain);
      const entry = entryOf(source, facts, { chain, position: head.size + 1, previous: head.head });
      head.tree.append(Buffer.from(entry.leafHash, 'hex'));
      await this.#chains.append(manager, entry, head.tree);
    });
  }
}

function entryOf(
  source: string,
  facts: AuditEventFacts,
  place: { readonly chain: string; readonly position: number; readonly previous: string },
): ChainEntryEntity {
  const { eventId, at, actor, actorUserId, action, subject, outcome, requestId, clientAddress, details } = facts;
  const part: PrivatePart = { salt: randomBytes(saltBytes).toString('hex'), clientAddress, details };
  const event: ChainedEvent = {
    id: eventId,
    source,
    at,
    actor,
    actorUserId,
    action,
    subject,
    outcome,
    requestId,
    private: privateHashOf(part),
  };
  return Object.assign(new ChainEntryEntity(), {
    ...place,
    source,
    eventId,
    at: new Date(at),
    actor,
    actorUserId,
    action,
    subject,
    outcome,
    leafHash: leafHashOfEntry(place.chain, { ...place, event }).toString('hex'),
    event: canonicalJson(event),
    private: canonicalJson(part),
    recordedAt: new Date(),
  });
}
