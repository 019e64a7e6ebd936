import { All, Controller, Get, Param } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { OpenToEverybody } from '@waybill/edge';

@Controller('npm/:repository')
export class RegistryInfoHttpController {
  /** What a registry answers at its root; says nothing that depends on whether the repository exists (A6). */
  @Get()
  @OpenToEverybody('tells only what kind of registry answers, the same for every name')
  info(@Param('repository') repository: string): object {
    return { db_name: repository, registry: 'npm', server: 'waybill' };
  }

  /**
   * What npm's own registry or another one has and this one has not, pnpm's `/-/pnpr` among it: clients take a quick 404
   * for "not supported" and go another way.
   */
  @All('-/*')
  @OpenToEverybody('tells only that there is no such route')
  unsupported(): never {
    throw new DomainError('not-found', 'npm.unsupported', 'This registry does not have that.');
  }
}
