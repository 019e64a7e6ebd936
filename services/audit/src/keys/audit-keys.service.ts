import type { KeyObject } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type AuditActor, AuditTrail } from '@waybill/audit';
import type { Checkpoint } from '@waybill/audit-chain';
import { newNoteKey, privateNoteKey, publicTextOf, signCheckpoint } from '@waybill/audit-chain';
import { DomainError } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import { UnitOfWork } from '@waybill/persistence';
import { Seal } from '@waybill/sealing';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { AuditConfig } from '../config.js';
import { AuditKeyEntity } from './audit-key.entity.js';
import { AuditKeyRepository, maxKeys } from './audit-key.repository.js';

const algorithm = 'ed25519';
const keyOrigin = 'waybill-audit';

type OpenKey = { readonly name: string; readonly privateKey: KeyObject };

/** The installation's own keys for checkpoints: one is made at the first start; sealed in the database, the same for all replicas. */
@Injectable()
export class AuditKeysService implements OnModuleInit {
  readonly #keys: AuditKeyRepository;
  readonly #seal: Seal;
  readonly #log: Logger;
  readonly #unitOfWork: UnitOfWork;
  readonly #audit: AuditTrail;
  #opened: OpenKey | undefined;

  constructor(
    keys: AuditKeyRepository,
    unitOfWork: UnitOfWork,
    audit: AuditTrail,
    @Inject(SERVICE_CONFIG) config: AuditConfig,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#keys = keys;
    this.#unitOfWork = unitOfWork;
    this.#audit = audit;
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
  async sign(checkpoint: Checkpoint): Promise<{ readonly note: string; readonly keyName: string }> {
    const key = await this.#current();
    return { note: signCheckpoint(checkpoint, key), keyName: key.name };
  }

  /** `name+hash+key` of a key, retired or not. */
  async publicKeyOf(name: string): Promise<string> {
    const key = await this.#keys.find(name);
    if (key === null) throw keyMissing();
    return key.publicKey;
  }

  /**
   * Another key signs from now on, at every replica; what `replaces` and those before it have signed still verifies. Errors:
   * `conflict` `audit.key-replaced` where another one signs by now, `limit` `audit.too-many-keys`.
   */
  rotate(replaces: string, by: AuditActor): Promise<AuditKeyEntity> {
    const key = this.#newKey();
    return this.#unitOfWork.run(async (manager) => {
      const current = await this.#keys.lockCurrent(manager);
      if (current?.name !== replaces) throw keyReplaced();
      if ((await this.#keys.count(manager)) >= maxKeys) throw tooManyKeys();
      await this.#keys.replace(manager, replaces, key);
      await this.#audit.record(manager, by, {
        action: 'audit-key.rotate',
        subject: `audit-key:${key.name}`,
        details: { replaces, publicKey: key.publicKey },
      });
      return key;
    });
  }

  /** Another replica may have made a newer one. */
  async #current(): Promise<OpenKey> {
    const key = await this.#keys.current();
    if (key === null) throw keyMissing();
    if (key.name !== this.#opened?.name) this.#opened = this.#open(key);
    return this.#opened;
  }

  #newKey(): AuditKeyEntity {
    const { name, publicText, privateKey } = newNoteKey(keyOrigin);
    return Object.assign(new AuditKeyEntity(), {
      name,
      algorithm,
      publicKey: publicText,
      sealedPrivateKey: this.#seal.seal(name, privateKey),
      createdAt: new Date(),
      retiredAt: null,
    });
  }

  async #makeFirst(): Promise<AuditKeyEntity> {
    const key = this.#newKey();
    if (await this.#keys.insertFirst(key)) this.#log.info({ 'key.name': key.name }, 'A key for the audit was made.');
    // Of the replicas that start at once, one made the key of all.
    return (await this.#keys.current()) ?? key;
  }

  #open({ name, publicKey, sealedPrivateKey }: AuditKeyEntity): OpenKey {
    const privateKey = privateNoteKey(this.#seal.open(name, sealedPrivateKey));
    if (publicTextOf(name, privateKey) === publicKey) return { name, privateKey };
    throw new DomainError('internal', 'audit.key-changed', 'The key of the audit is not the one that it is called.');
  }
}

function keyMissing(): DomainError {
  return new DomainError('internal', 'audit.key-missing', 'There is no key to sign checkpoints with.');
}

function keyReplaced(): DomainError {
  return new DomainError('conflict', 'audit.key-replaced', 'That is not the key that signs now.');
}

function tooManyKeys(): DomainError {
  return new DomainError('limit', 'audit.too-many-keys', `An installation has at most ${maxKeys} keys.`);
}
