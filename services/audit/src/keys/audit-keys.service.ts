import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type AuditActor, AuditTrail } from '@waybill/audit';
import type { Checkpoint, KnownKey } from '@waybill/audit-chain';
import {
  endorseKey,
  maySign,
  newNoteKey,
  openCheckpoint,
  privateNoteKey,
  publicTextOf,
  signCheckpoint,
} from '@waybill/audit-chain';
import { DomainError } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import { UnitOfWork } from '@waybill/persistence';
import { Seal } from '@waybill/sealing';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AuditConfig } from '../config.js';
import { AuditKeyEntity } from './audit-key.entity.js';
import { AuditKeyRepository, maxKeys } from './audit-key.repository.js';
import type { GenuineKey, LineKey } from './key-line.rules.js';
import { lineOf, missingEndorsements } from './key-line.rules.js';

const algorithm = 'ed25519';
const keyOrigin = 'waybill-audit';

/**
 * The installation's own keys for checkpoints: one is made at the first start; sealed in the database, the same for all replicas.
 * A row is believed only where its sealed key opens under the secret, which is not in the database, to the public key beside it:
 * whoever writes in the database alone makes no key (security.md W9).
 */
@Injectable()
export class AuditKeysService implements OnModuleInit {
  readonly #keys: AuditKeyRepository;
  readonly #seal: Seal;
  readonly #log: Logger;
  readonly #unitOfWork: UnitOfWork;
  readonly #audit: AuditTrail;
  /** Names of rows that are not the installation's own: said once. */
  readonly #foreign = new Set<string>();

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
    const rows = await this.#keys.all();
    if (rows.length === 0) await this.#makeFirst();
    const current = rows.find(({ retiredAt }) => retiredAt === null);
    // Says what is wrong with it: another secret, perhaps.
    if (current !== undefined) this.#open(current);
    currentOf(await this.#line());
  }

  /** Newest first, retired ones included. */
  async list(): Promise<readonly LineKey[]> {
    return (await this.#line()).toReversed();
  }

  /** The checkpoint as a signed note, and the name of the key. */
  async sign(checkpoint: Checkpoint): Promise<{ readonly note: string; readonly keyName: string }> {
    const key = currentOf(await this.#line());
    return { note: signCheckpoint(checkpoint, key), keyName: key.name };
  }

  /** The notes by which each key endorsed the next, oldest first, and the public key of that name. */
  async endorsements(name: string): Promise<{ readonly publicKey: string; readonly notes: readonly string[] }> {
    const line = await this.#line();
    const publicKey = line.find((key) => key.name === name)?.publicKey;
    if (publicKey === undefined) throw keyMissing();
    return { publicKey, notes: line.map(({ endorsement }) => endorsement) };
  }

  /**
   * Answers what a note of the installation says, and the name of the key: of one that a key of its own has signed, in its time.
   * Undefined for any other.
   */
  async reader(): Promise<(note: string) => (Checkpoint & { readonly keyName: string }) | undefined> {
    const line = await this.#line();
    const publicKeys = line.map(({ publicKey }) => publicKey);
    const known = line.map(({ publicKey, createdAt, retiredAt }): KnownKey => ({
      publicKey,
      from: createdAt,
      until: retiredAt ?? undefined,
    }));
    return (note) => {
      const opened = openCheckpoint(note, publicKeys);
      if (opened === undefined || !maySign(known, opened.key, opened.checkpoint.time)) return undefined;
      return { ...opened.checkpoint, keyName: opened.signedBy };
    };
  }

  /**
   * Another key signs from now on, at every replica; what `replaces` and those before it have signed still verifies. Errors:
   * `conflict` `audit.key-replaced` where another one signs by now, `limit` `audit.too-many-keys`.
   */
  rotate(replaces: string, by: AuditActor): Promise<LineKey> {
    return this.#unitOfWork.run(async (manager) => {
      if ((await this.#keys.lockCurrent(manager))?.name !== replaces) throw keyReplaced();
      const line = await this.#line(manager);
      const current = currentOf(line);
      if (current.name !== replaces) throw keyReplaced();
      if (line.length >= maxKeys) throw tooManyKeys();
      // Clocks of replicas differ: no key begins before the one that it follows.
      const key = this.#newKey(new Date(Math.max(Date.now(), current.createdAt.getTime())), current);
      await this.#keys.replace(manager, replaces, key);
      await this.#audit.record(manager, by, {
        action: 'audit-key.rotate',
        subject: `audit-key:${key.name}`,
        details: { replaces, publicKey: key.publicKey },
      });
      return currentOf(await this.#line(manager));
    });
  }

  /** The installation's keys, oldest first; the last one signs. Another replica may have made a newer one. */
  async #line(manager?: EntityManager): Promise<readonly LineKey[]> {
    const genuine = (await this.#keys.all(manager)).flatMap((row) => this.#genuine(row) ?? []);
    const missing = missingEndorsements(genuine);
    if (missing.length === 0) return lineOf(genuine);
    await this.#keys.endorse(missing);
    const said = new Map(missing.map(({ name, endorsement }) => [name, endorsement]));
    return lineOf(
      genuine.map(({ row, privateKey }) => ({
        privateKey,
        row: Object.assign(row, { endorsement: row.endorsement ?? said.get(row.name) ?? null }),
      })),
    );
  }

  #newKey(createdAt: Date, endorsedBy?: LineKey): AuditKeyEntity {
    const { name, publicText: publicKey, privateKey } = newNoteKey(keyOrigin);
    const by = endorsedBy ?? { name, privateKey: privateNoteKey(privateKey) };
    return Object.assign(new AuditKeyEntity(), {
      name,
      algorithm,
      publicKey,
      sealedPrivateKey: this.#seal.seal(name, privateKey),
      createdAt,
      retiredAt: null,
      endorsement: endorseKey({ publicKey, time: createdAt.toISOString() }, by),
    });
  }

  /** Of the replicas that start at once, one makes the key of all. */
  async #makeFirst(): Promise<void> {
    const key = this.#newKey(new Date());
    if (await this.#keys.insertFirst(key)) this.#log.info({ 'key.name': key.name }, 'A key for the audit was made.');
  }

  #genuine(row: AuditKeyEntity): GenuineKey | undefined {
    try {
      return this.#open(row);
    } catch {
      if (!this.#foreign.has(row.name) && this.#foreign.size < maxKeys) {
        this.#foreign.add(row.name);
        this.#log.error({ 'key.name': row.name }, 'There is a key for the audit which this installation has not made.');
      }
      return undefined;
    }
  }

  #open(row: AuditKeyEntity): GenuineKey {
    const { name, publicKey, sealedPrivateKey } = row;
    const privateKey = privateNoteKey(this.#seal.open(name, sealedPrivateKey));
    if (publicTextOf(name, privateKey) === publicKey) return { row, privateKey };
    throw new DomainError('internal', 'audit.key-changed', 'The key of the audit is not the one that it is called.');
  }
}

function currentOf(line: readonly LineKey[]): LineKey {
  const key = line.at(-1);
  if (key?.retiredAt !== null) throw keyMissing();
  return key;
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
