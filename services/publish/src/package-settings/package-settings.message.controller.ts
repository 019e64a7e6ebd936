import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { changePackage } from '@waybill/contracts';
import { effectiveVisibility } from '@waybill/domain';
import { Answers } from '@waybill/messaging';
import { auditActorOf } from '../package-changes/audit-actor-of.js';
import { PackageSettingsService } from './package-settings.service.js';

@Controller()
export class PackageSettingsMessageController {
  readonly #settings: PackageSettingsService;

  constructor(settings: PackageSettingsService) {
    this.#settings = settings;
  }

  @Answers(changePackage)
  async change(request: RequestOf<typeof changePackage>): Promise<ReplyOf<typeof changePackage>> {
    const { visibility, archived } = request;
    const by = auditActorOf(request);
    const { repository, package: owner } = await this.#settings.change(request, { visibility, archived }, { by });
    return {
      aggregateVersion: owner.aggregateVersion,
      visibility: effectiveVisibility(repository.visibility, owner.visibility),
    };
  }
}
