import { Controller, Get, Injectable, Post, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import type { Resource } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { Requires } from '@waybill/edge';
import { Documented, Idempotent, type Page, pageOf } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import type { PublicKeyView } from './signing-keys.schema.js';
import { publicKeyView, publicKeyViewOf } from './signing-keys.schema.js';
import { SigningKeysService } from './signing-keys.service.js';

/** Keys belong to the whole installation, not to a repository. */
@Injectable()
export class SigningKeysOfInstallation implements ResourceResolver {
  resolve(): Promise<Resource> {
    return Promise.resolve({ kind: 'installation' });
  }
}

/** Management of the keys by administrators of the installation. */
@Controller('api/v1/npm/signing-keys')
export class SigningKeyRotationHttpController {
  readonly #keys: SigningKeysService;

  constructor(keys: SigningKeysService) {
    this.#keys = keys;
  }

  /** All of them: there are few, and a bound on how many. */
  @Get()
  @Requires('admin', SigningKeysOfInstallation)
  @Documented({
    operation: 'listSigningKeys',
    summary: 'List the keys that npm releases are signed with',
    returns: pageOf(publicKeyView),
  })
  async list(): Promise<Page<PublicKeyView>> {
    return { items: (await this.#keys.list()).map(publicKeyViewOf), next: null };
  }

  /** Makes a new key, which signs from now on; the old one expires. No body. */
  @Post()
  @Requires('admin', SigningKeysOfInstallation)
  @Idempotent()
  @Documented({
    operation: 'rotateSigningKey',
    summary: 'Make a new key that signs npm releases from now on',
    returns: publicKeyView,
    errors: ['npm.signing-keys-full'],
  })
  async rotate(@Req() request: FastifyRequest): Promise<PublicKeyView> {
    return publicKeyViewOf(await this.#keys.rotate(actorOfRequest(request)));
  }
}
