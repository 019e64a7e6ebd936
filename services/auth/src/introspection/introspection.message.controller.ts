import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { introspectCredential } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { IntrospectionService } from './introspection.service.js';

@Controller()
export class IntrospectionMessageController {
  constructor(private readonly introspection: IntrospectionService) {}

  @Answers(introspectCredential)
  async introspect(request: RequestOf<typeof introspectCredential>): Promise<ReplyOf<typeof introspectCredential>> {
    const { principal, expiresAt } =
      request.kind === 'token'
        ? await this.introspection.ofToken(request.tokenHash, request.from)
        : await this.introspection.ofSession(request.sessionHash);
    return { principal, expiresAt: expiresAt?.toISOString() ?? null };
  }
}
