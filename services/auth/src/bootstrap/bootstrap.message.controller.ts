import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { bootstrapInstallation } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { BootstrapService } from './bootstrap.service.js';

@Controller()
export class BootstrapMessageController {
  constructor(private readonly installation: BootstrapService) {}

  @Answers(bootstrapInstallation)
  async bootstrap(request: RequestOf<typeof bootstrapInstallation>): Promise<ReplyOf<typeof bootstrapInstallation>> {
    const bootstrapped = await this.installation.bootstrap(request);
    if (bootstrapped !== undefined) return { created: true, ...bootstrapped };
    return { created: false, organizationId: await this.installation.organizationNamed(request.organization) };
  }
}
