import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { listCollaborators, setPackageOwners } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { Collaborators } from './collaborators.service.js';
import { PackageOwnersService } from './package-owners.service.js';

@Controller()
export class PackageOwnersMessageController {
  constructor(
    private readonly owners: PackageOwnersService,
    private readonly collaborators: Collaborators,
  ) {}

  @Answers(setPackageOwners)
  set(request: RequestOf<typeof setPackageOwners>): Promise<ReplyOf<typeof setPackageOwners>> {
    return this.owners.set(request, request);
  }

  @Answers(listCollaborators)
  async list(request: RequestOf<typeof listCollaborators>): Promise<ReplyOf<typeof listCollaborators>> {
    return { collaborators: await this.collaborators.list(request) };
  }
}
