import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { Requires, Upload, uploadOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { PackageResolver } from '../repositories/npm-request.js';
import { assertBulkQuestion, countDependencies, emptyReport } from './audit.rules.js';
import { maxAuditBytes, readAuditBody } from './request-body.reader.js';

// The bodies are uploads since they may be compressed, and larger than what travels in a message.
const upload = { maxBytes: maxAuditBytes, inlineBytes: 128 * 1024, anonymous: true };

/**
 * `npm audit` and what every `npm install` asks (protocol notes 1(a), "Audit, signatures"). This installation has no
 * database of vulnerabilities: the answer is that none is known to it.
 */
@Controller('npm/:repository/-/npm/v1/security')
export class AuditHttpController {
  /** npm 7 and later, pnpm 12, berry, bun. */
  @Post('advisories/bulk')
  @HttpCode(200)
  @Requires('read', PackageResolver)
  @Upload(upload)
  async bulk(@Req() request: FastifyRequest): Promise<object> {
    assertBulkQuestion(await readAuditBody(uploadOf(request)));
    return {};
  }

  /** npm 6 (`audits` for `npm audit`, `quick` for an installation) and pnpm 10. */
  @Post(['audits', 'audits/quick'])
  @HttpCode(200)
  @Requires('read', PackageResolver)
  @Upload(upload)
  async audit(@Req() request: FastifyRequest): Promise<object> {
    return emptyReport(countDependencies(await readAuditBody(uploadOf(request))));
  }
}
