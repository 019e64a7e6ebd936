import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { OpenToEverybody, Requires, StepUp } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import type { AuditKeyView } from './audit-keys.schema.js';
import { auditKeysView, auditKeyView, RotateAuditKeyBody, viewOfKey } from './audit-keys.schema.js';
import { AuditKeysService } from './audit-keys.service.js';
import { WholeInstallation } from './whole-installation.resource.js';

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

  @Post()
  @HttpCode(201)
  @Requires('admin', WholeInstallation)
  @StepUp()
  @Documented({
    summary: 'Have another key sign the audit from now on',
    description: 'The keys before it stay listed, and what they have signed still verifies.',
    returns: auditKeyView,
    status: 201,
    errors: ['audit.key-replaced', 'audit.too-many-keys 429'],
    operation: 'rotateAuditKey',
  })
  async rotate(@Req() request: FastifyRequest, @Body() { replaces }: RotateAuditKeyBody): Promise<AuditKeyView> {
    return viewOfKey(await this.#keys.rotate(replaces, actorOfRequest(request)));
  }
}
