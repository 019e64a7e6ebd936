import { Inject, Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import { callerOf, type ResourceResolver } from '@waybill/edge';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { FastifyRequest } from 'fastify';
import type { AuthConfig } from '../config.js';

/** Where organizations are founded: in the installation; or by everybody for themselves, where the installation lets them. */
@Injectable()
export class OrganizationFounding implements ResourceResolver {
  constructor(@Inject(SERVICE_CONFIG) private readonly config: AuthConfig) {}

  resolve(request: FastifyRequest): Promise<Resource> {
    const caller = callerOf(request);
    const isOwn = this.config.WAYBILL_ORGANIZATION_CREATION === 'everybody' && caller.kind !== 'anonymous';
    return Promise.resolve(isOwn ? { kind: 'account', userId: caller.userId } : { kind: 'installation' });
  }
}
