import type { KeyObject } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Checkpoint } from '@waybill/audit-chain';
import { newNoteKey, privateNoteKey, publicTextOf, signCheckpoint } from '@waybill/audit-chain';
import { DomainError } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import { Seal } from '@waybill/sealing';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { AuditConfig } from '../config.js';
import { AuditKeyEntity } from './audit-key.entity.js';
import { AuditKeyRepository } from './audit-key.repository.js';

const algorithm = 'ed25519';
const keyOrigin = 'waybill-audit';

/** The installation's own key for checkpoints: made at the first start, sealed in the database, the same for all replicas. */
@Injectable()
export class AuditKeysService implements OnModuleInit {
  readonly #keys: AuditKeyRepository;
  readonly #seal: Seal;
  readonly #log: Logger;
  #opened: { readonly name: string; readonly privateKey: KeyObject } | undefined;

  constructor(keys: AuditKeyRepository, @Inject(SERVICE_CONFIG) config: AuditConfig, @Inject(LOGGER) log: Logger) {
    this.#keys = keys;
    this.#seal = new Seal(config.WAYBILL_AUDIT_KEY_SECRET.reveal(), 'waybill audit key v1');
    this.#log = log;
  }

  /** Makes the first key, and proves that the key can be used before anything is signed. */
  async onModuleInit(): Promise<void> {
    this.#opened = this.#open((await this.#keys.current()) ?? (await this.#makeFirst()));
  }

  list(): Promise<AuditKeyEntity[]> {
    return this.#keys.all();
  }

  /** The checkpoint as a signed note, and the name of the key. */
  sign(checkpoint: Checkpoint): { readonly note: string; readonly keyName: string } {
    if (this.#opened === undefined) {
      throw new DomainError('internal', 'audit.key-missing', 'There is no key to sign checkpoints with.');
    }
    return { note: signCheckpoint(checkpoint, this.#opened), keyName: this.#opened.name };
  }

  async #makeFirst(): Promise<AuditKeyEntity> {
    const { name, publicText, privateKey } = newNoteKey(keyOrigin);
    const key = Object.assign(new AuditKeyEntity(), {
      name,
      algorithm,
      publicKey: publicText,
      sealedPrivateKey: this.#seal.seal(name, privateKey),
      createdAt: new Date(),
      retiredAt: null,
    });
    if (await this.#keys.insertFirst(key)) this.#log.info({ 'key.name': name }, 'A key for the audit was made.');
    // Of the replicas that start at once, one made the key of all.
    return (await this.#keys.current()) ?? key;
  }

  #open({ name, publicKey, sealedPrivateKey }: AuditKeyEntity): { name: string; privateKey: KeyObject } {
    const privateKey = privateNoteKey(this.#seal.open(name, sealedPrivateKey));
    if (publicTextOf(name, privateKey) === publicKey) return { name, privateKey };
    throw new DomainError('internal', 'audit.key-changed', 'The key of the audit is not the one that it is called.');
  }
}
