import { Injectable } from '@nestjs/common';
import type { IssuerReach } from './verified-id-token.js';

interface FetchSlot {
  release(): void;
}

/** Fetches at a time for issuers of everybody; they are registered by administrators of the installation. */
const commonSlots = 64;
/** Fetches at a time for issuers of one organization: as many as hang are its own problem. */
const slotsPerOrganization = 4;
const slotsOfOrganizations = 512;
/** From here on each organization has one, so that it takes hundreds that work together to fill the rest. */
const crowd = slotsOfOrganizations / 2;

/**
 * How many fetches of keys run at a time for who waits for them. Nobody queues: who gets no slot is told to come back. Those of
 * everybody's issuers are a share of their own.
 */
@Injectable()
export class FetchSlots {
  #common = 0;
  #total = 0;
  readonly #ofOrganization = new Map<string, number>();

  /** A slot of everybody's issuers, or one of any of these organizations; undefined where all are taken. */
  take(organizations: IssuerReach): FetchSlot | undefined {
    if (organizations === 'all') {
      if (this.#common >= commonSlots) return undefined;
      this.#common += 1;
      return releasing(() => {
        this.#common -= 1;
      });
    }
    const most = this.#total < crowd ? slotsPerOrganization : 1;
    const taker = organizations.find((organizationId) => this.#takenBy(organizationId) < most);
    if (taker === undefined || this.#total >= slotsOfOrganizations) return undefined;
    this.#count(taker, 1);
    return releasing(() => {
      this.#count(taker, -1);
    });
  }

  #takenBy(organizationId: string): number {
    return this.#ofOrganization.get(organizationId) ?? 0;
  }

  #count(organizationId: string, change: 1 | -1): void {
    const taken = this.#takenBy(organizationId) + change;
    this.#total += change;
    if (taken === 0) this.#ofOrganization.delete(organizationId);
    else this.#ofOrganization.set(organizationId, taken);
  }
}

function releasing(give: () => void): FetchSlot {
  let isTaken = true;
  return {
    release: () => {
      if (isTaken) give();
      isTaken = false;
    },
  };
}
