import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { ReleaseId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { callerOf, edgeContextOf, Requires } from '@waybill/edge';
import { decodeCursor, Documented, encodeCursor, PageQuery, sendPage, storedTime } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RescansService } from '../held-releases/rescans.service.js';
import { WholeInstallation } from '../namespaces/namespace-of-path.resource.js';
import { JobsRepository } from './jobs.repository.js';

const jobView = z.object({
  /** `scan:<release id>`. */
  jobId: z.string(),
  kind: z.literal('scan'),
  state: z.literal('waiting'),
  since: z.iso.datetime(),
  purl: z.string(),
  repository: z.string(),
});
const jobsView = z.object({
  items: z.array(jobView),
  next: z.string().nullable(),
  /** Facts that are not on the bus yet; more than a few that are old mean that it is away. */
  outbox: z.object({ waiting: z.int(), oldest: z.iso.datetime().nullable() }),
});
const cursorSchema = z.tuple([storedTime, z.uuid()]);
const scanJob = /^scan:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** What waits in the background, for those who run the installation. */
@Controller('api/v1/jobs')
export class JobsHttpController {
  readonly #jobs: JobsRepository;
  readonly #rescans: RescansService;

  constructor(jobs: JobsRepository, rescans: RescansService) {
    this.#jobs = jobs;
    this.#rescans = rescans;
  }

  @Get()
  @Requires('admin', WholeInstallation)
  @Documented({ summary: 'List what waits in the background', returns: jobsView, operation: 'listJobs' })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit }: PageQuery,
  ): Promise<z.infer<typeof jobsView>> {
    const found = await this.#jobs.waitingScans(decodeCursor(cursor, cursorSchema), limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const next = found.length > limit && last !== undefined ? encodeCursor([last.place, last.releaseId]) : null;
    const items = shown.map(({ releaseId, purl, repository, submittedAt }) => ({
      jobId: `scan:${releaseId}`,
      kind: 'scan' as const,
      state: 'waiting' as const,
      since: submittedAt.toISOString(),
      purl,
      repository,
    }));
    sendPage(request, reply, { items, next });
    const { count, oldest } = await this.#jobs.backlog();
    return { items, next, outbox: { waiting: count, oldest: oldest?.toISOString() ?? null } };
  }

  /** Gives the release to the scanner again, as `POST /held-releases/:releaseId/rescan` does. */
  @Post(':jobId/retry')
  @HttpCode(202)
  @Requires('admin', WholeInstallation)
  @Documented({
    summary: 'Have a job done again',
    status: 202,
    errors: ['release.not-quarantined', 'release.rescans', 'release.rescan-soon 429'],
    operation: 'retryJob',
  })
  async retry(@Req() request: FastifyRequest, @Param('jobId') jobId: string): Promise<void> {
    const releaseId = scanJob.exec(jobId)?.[1];
    if (releaseId === undefined) throw new DomainError('not-found', 'job.not-found', 'The job was not found.');
    const { requestId } = edgeContextOf(request);
    await this.#rescans.rescan(releaseId as ReleaseId, { reviewer: callerOf(request), requestId });
  }
}
