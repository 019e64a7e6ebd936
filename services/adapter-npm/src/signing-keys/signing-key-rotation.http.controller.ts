import { Controller, Get, Injectable, Post, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import type { Resource } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { Requires } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import type { PublicKeyView } from './signing-keys.schema.js';
import { publicKeyViewOf } from './signing-keys.schema.js';
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

  @Get()
  @Requires('admin', SigningKeysOfInstallation)
  async list(): Promise<{ items: PublicKeyView[] }> {
    return { items: (await this.#keys.list()).map(publicKeyViewOf) };
  }

  /** Makes a new key, which signs from now on; the old one expires. No body. */
  @Post()
  @Requires('admin', SigningKeysOfInstallation)
  async rotate(@Req() request: FastifyRequest): Promise<PublicKeyView> {
    return publicKeyViewOf(await this.#keys.rotate(actorOfRequest(request)));
  }
}
