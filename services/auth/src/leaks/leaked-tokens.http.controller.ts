import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { edgeContextOf, OpenToEverybody, Upload, uploadOf } from '@waybill/edge';
import { parseStrictJson } from '@waybill/strict-json';
import { Documented } from '@waybill/management-api';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AuthConfig } from '../config.js';
import { parseLeakReport } from './leak-report.schema.js';
import { LeakReportThrottle } from './leak-report.throttle.js';
import { LeakReports } from './leak-reports.service.js';
import { requirePartnerSignature } from './partner-signature.rules.js';

const maxReportBytes = 256 * 1024;

const received = z.object({ received: z.literal(true) });

@Controller('api/v1/leaked-tokens')
export class LeakedTokensHttpController {
  constructor(
    private readonly reports: LeakReports,
    private readonly throttle: LeakReportThrottle,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  // As bytes: the signature of a partner is over the body as it was sent.
  @Post()
  @HttpCode(202)
  @OpenToEverybody('Whoever finds a token can have it ended; the answer does not tell whether it ever worked.')
  @Upload({ maxBytes: maxReportBytes, inlineBytes: maxReportBytes, anonymous: true })
  @Documented({
    summary: 'Report tokens that were found where none should be',
    description:
      '`{ "token": …, "url": … }`, `{ "tokens": [ … ], "url": … }` of at most 100, or what GitHub secret scanning sends its partners: `[{ "token", "type", "url", "source" }]`. Those that work are revoked before the answer, which is the same for all.',
    returns: received,
    status: 202,
    errors: ['leak-report.throttled 429', 'leak-report.signature 401'],
  })
  async report(@Req() request: FastifyRequest): Promise<z.infer<typeof received>> {
    const { requestId, clientAddress } = edgeContextOf(request);
    this.throttle.take(clientAddress);
    const bytes = await bodyOf(request);
    const { form, leaks } = parseLeakReport(parseStrictJson(bytes));
    const keys = this.config.WAYBILL_LEAK_REPORT_KEYS;
    if (form === 'partner' && keys.size > 0) {
      requirePartnerSignature(keys, bytes, {
        keyId: request.headers['github-public-key-identifier'],
        signature: request.headers['github-public-key-signature'],
      });
    }
    await this.reports.report({ actor: 'leak-report', requestId, clientAddress }, leaks);
    return { received: true };
  }
}

async function bodyOf(request: FastifyRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await uploadOf(request).open()) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
