import { Injectable } from '@nestjs/common';
import { endLine, entryLine, headerLine } from '@waybill/audit-chain';
import { ChainRepository } from '../chains/chain.repository.js';
import { CheckpointsService } from '../checkpoints/checkpoints.service.js';
import { EntriesService } from '../entries/entries.service.js';
import type { AuditEventView } from '../entries/entries.schema.js';
import { entryOfRow, viewOfEntry } from '../entries/entry-view.rules.js';
import { AuditKeysService } from '../keys/audit-keys.service.js';
import type { EntryFilter } from '../entries/entry.repository.js';

/** Whole chains as streams: a few entries are held at a time. What is appended meanwhile is not in them. */
@Injectable()
export class ExportService {
  readonly #chains: ChainRepository;
  readonly #checkpoints: CheckpointsService;
  readonly #entries: EntriesService;
  readonly #keys: AuditKeysService;

  constructor(
    chains: ChainRepository,
    checkpoints: CheckpointsService,
    entries: EntriesService,
    keys: AuditKeysService,
  ) {
    this.#chains = chains;
    this.#checkpoints = checkpoints;
    this.#entries = entries;
    this.#keys = keys;
  }

  /** The lines that `verifyExport` reads, each with its line feed; the last is a checkpoint that is made now. */
  async *verifiable(chain: string): AsyncGenerator<string> {
    const { size, note, keyName } = await this.#checkpoints.make(chain);
    yield `${headerLine(chain, size)}\n`;
    for await (const row of this.#entries.all(chain, {}, size)) yield `${entryLine(entryOfRow(row))}\n`;
    const { publicKey, notes } = await this.#keys.endorsements(keyName);
    yield `${endLine(note, publicKey, notes)}\n`;
  }

  /** Oldest first. */
  async *events(chain: string, filter: EntryFilter): AsyncGenerator<AuditEventView> {
    const { size } = await this.#chains.find(chain);
    for await (const row of this.#entries.all(chain, filter, size)) yield viewOfEntry(row);
  }
}
