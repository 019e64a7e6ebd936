import { Controller, Get, Res } from '@nestjs/common';
import { OpenToEverybody } from '@waybill/edge';
import type { FastifyReply } from 'fastify';
import type { PublicKeyView } from './signing-keys.schema.js';
import { publicKeyViewOf } from './signing-keys.schema.js';
import { SigningKeysService } from './signing-keys.service.js';

/** The keys that `npm audit signatures` and `pnpm audit signatures` fetch (protocol notes 1(a), "Audit, signatures"). */
@Controller('npm/:repository/-/npm/v1')
export class SigningKeysHttpController {
  readonly #keys: SigningKeysService;

  constructor(keys: SigningKeysService) {
    this.#keys = keys;
  }

  // The same for every repository, there or not, so that it tells nothing about any (A6).
  @Get('keys')
  @OpenToEverybody('public keys are for everybody who checks a signature')
  async list(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ keys: PublicKeyView[] }> {
    reply.header('cache-control', 'public, no-cache');
    return { keys: (await this.#keys.list()).map(publicKeyViewOf) };
  }
}
