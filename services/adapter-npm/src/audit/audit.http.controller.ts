import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { Requires, Upload, uploadOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import type { MemoryClaim } from '../publish/document-memory.js';
import { MemoryPool } from '../publish/document-memory.js';
import { PackageResolver } from '../repositories/npm-request.js';
import { assertBulkQuestion, countDependencies, emptyReport } from './audit.rules.js';
import { bulkLimits, maxAuditBytes, readAuditBody, treeLimits } from './request-body.reader.js';

// The bodies are uploads since they may be compressed, and larger than what travels in a message.
const upload = { maxBytes: maxAuditBytes, inlineBytes: 128 * 1024, anonymous: true };

/** Apart from what publishers take: anybody may ask, and nobody who publishes has to wait for it. */
const maxTotalBytes = 32 * 1024 * 1024;

/**
 * `npm audit` and what every `npm install` asks (protocol notes 1(a), "Audit, signatures"). This installation has no
 * database of vulnerabilities: the answer is that none is known to it.
 */
@Controller('npm/:repository/-/npm/v1/security')
export class AuditHttpController {
  readonly #memory = new MemoryPool(maxTotalBytes);

  /** npm 7 and later, pnpm 12, berry, bun. */
  @Post('advisories/bulk')
  @HttpCode(200)
  @Requires('read', PackageResolver)
  @Upload(upload)
  async bulk(@Req() request: FastifyRequest): Promise<object> {
    return this.#within(async (memory) => {
      assertBulkQuestion(await readAuditBody(uploadOf(request), bulkLimits, memory));
      return {};
    });
  }

  /** npm 6 (`audits` for `npm audit`, `quick` for an installation) and pnpm 10. */
  @Post(['audits', 'audits/quick'])
  @HttpCode(200)
  @Requires('read', PackageResolver)
  @Upload(upload)
  async audit(@Req() request: FastifyRequest): Promise<object> {
    return this.#within(async (memory) => {
      return emptyReport(countDependencies(await readAuditBody(uploadOf(request), treeLimits, memory)));
    });
  }

  async #within<Answer>(use: (memory: MemoryClaim) => Promise<Answer>): Promise<Answer> {
    const memory = this.#memory.claim();
    try {
      return await use(memory);
    } finally {
      memory.release();
    }
  }
}
