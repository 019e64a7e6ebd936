import type { KeyObject } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import { Seal } from '@waybill/sealing';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AdapterNpmConfig } from '../config.js';
import { SigningKeyEntity } from './signing-key.entity.js';
import { SigningKeyRepository } from './signing-key.repository.js';
import type { ReleaseSignature, SignedFacts } from './signing-key.rules.js';
import { generateSigningKey, keyType, loadSigningKey, signRelease } from './signing-key.rules.js';

/** The installation's own keys: what `npm audit signatures` and `pnpm audit signatures` check its packages by. */
@Injectable()
export class SigningKeysService implements OnModuleInit {
  readonly #keys: SigningKeyRepository;
  readonly #seal: Seal;
  readonly #log: Logger;
  readonly #opened = new Map<string, KeyObject>();
  #latest: SigningKeyEntity | undefined;

  constructor(
    keys: SigningKeyRepository,
    @Inject(SERVICE_CONFIG) config: AdapterNpmConfig,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#keys = keys;
    this.#seal = new Seal(config.WAYBILL_NPM_KEY_SECRET.reveal(), 'waybill npm signing key v1');
    this.#log = log;
  }

  /** Makes the first key, and proves before anything is published that the key can be used. */
  async onModuleInit(): Promise<void> {
    const current = (await this.#keys.current()) ?? (await this.#makeFirst());
    this.#open(current);
    this.#latest = current;
  }

  /** All keys, newest first, expired ones included: what they signed is still served. */
  list(): Promise<SigningKeyEntity[]> {
    return this.#keys.all();
  }

  /**
   * A new key signs from now on, on every replica: who signs asks the database which key that is. Audited. Errors:
   * `conflict` `npm.signing-keys-full`.
   */
  async rotate(by: AuditActor): Promise<SigningKeyEntity> {
    const key = this.#make();
    await this.#keys.rotateTo(key, by, { action: 'signing-key.rotate', subject: `signing-key:${key.keyid}` });
    this.#latest = key;
    this.#log.info({ 'key.id': key.keyid }, 'The npm signing key was rotated.');
    return key;
  }

  /** `dist.signatures` of a release. `manager`: the transaction in which it is stored. */
  async signaturesFor(manager: EntityManager, facts: SignedFacts): Promise<ReleaseSignature[]> {
    const current = await this.#keys.current(manager);
    if (current === null) {
      throw new DomainError('internal', 'npm.signing-key-missing', 'There is no key to sign releases with.');
    }
    this.#latest = current;
    return [signRelease(current.keyid, this.#open(current), facts)];
  }

  /**
   * The same by the key that signed last, which another replica may have rotated since: whoever stores them asks in the
   * same statement whether the key still signs. Undefined before there is any.
   */
  signaturesByLatestKey(
    facts: SignedFacts,
  ): { readonly keyid: string; readonly signatures: ReleaseSignature[] } | undefined {
    if (this.#latest === undefined) return undefined;
    const { keyid } = this.#latest;
    return { keyid, signatures: [signRelease(keyid, this.#open(this.#latest), facts)] };
  }

  async #makeFirst(): Promise<SigningKeyEntity> {
    const key = this.#make();
    if (await this.#keys.insertFirst(key)) this.#log.info({ 'key.id': key.keyid }, 'An npm signing key was made.');
    // Of the replicas that start at once, one made the key of all.
    return (await this.#keys.current()) ?? key;
  }

  #make(): SigningKeyEntity {
    const { keyid, publicKey, privateKey } = generateSigningKey();
    const entity = new SigningKeyEntity();
    entity.keyid = keyid;
    entity.keyType = keyType;
    entity.publicKey = publicKey;
    entity.sealedPrivateKey = this.#seal.seal(keyid, privateKey);
    entity.createdAt = new Date();
    entity.expiresAt = null;
    return entity;
  }

  #open(entity: SigningKeyEntity): KeyObject {
    const known = this.#opened.get(entity.keyid);
    if (known !== undefined) return known;
    const { keyid, key } = loadSigningKey(this.#seal.open(entity.keyid, entity.sealedPrivateKey));
    if (keyid !== entity.keyid) {
      throw new DomainError('internal', 'npm.signing-key-sealed', 'The signing key is not the one that it is called.');
    }
    this.#opened.set(keyid, key);
    return key;
  }
}
