import { Controller, Get } from '@nestjs/common';
import { OpenToEverybody } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { AuditKeyView } from './audit-keys.schema.js';
import { auditKeysView, viewOfKey } from './audit-keys.schema.js';
import { AuditKeysService } from './audit-keys.service.js';

@Controller('api/v1/audit/keys')
export class AuditKeysHttpController {
  readonly #keys: AuditKeysService;

  constructor(keys: AuditKeysService) {
    this.#keys = keys;
  }

  @Get()
  @OpenToEverybody('public keys are for everybody who verifies an export')
  @Documented({ summary: 'List the public keys that checkpoints of the audit are signed with', returns: auditKeysView })
  async list(): Promise<{ items: AuditKeyView[] }> {
    return { items: (await this.#keys.list()).map(viewOfKey) };
  }
}
