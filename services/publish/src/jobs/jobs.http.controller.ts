import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, edgeContextOf, Requires } from '@waybill/edge';
import { Documented, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { WholeInstallation } from '../namespaces/namespace-of-path.resource.js';
import { JobListService } from './job-list.service.js';
import { JobRetriesService } from './job-retries.service.js';
import type { JobsView } from './jobs.schema.js';
import { JobsQuery, jobsView } from './jobs.schema.js';

/** What waits in the background, for those who run the installation. */
@Controller('api/v1/jobs')
export class JobsHttpController {
  readonly #jobs: JobListService;
  readonly #retries: JobRetriesService;

  constructor(jobs: JobListService, retries: JobRetriesService) {
    this.#jobs = jobs;
    this.#retries = retries;
  }

  @Get()
  @Requires('admin', WholeInstallation)
  @Documented({
    summary: 'List what waits in the background',
    description:
      'Events that a service could not handle (kept for 90 days), the last runs of what is done by the clock, and releases that wait for a scan; in that order, each oldest first.',
    returns: jobsView,
    errors: ['service.unavailable 503'],
    operation: 'listJobs',
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: JobsQuery,
  ): Promise<JobsView> {
    const view = await this.#jobs.list(query);
    sendPage(request, reply, view);
    return view;
  }

  @Post(':jobId/retry')
  @HttpCode(202)
  @Requires('admin', WholeInstallation)
  @Documented({
    summary: 'Have a job done again',
    description:
      'A dead letter is handled again by its service before this is answered, and is forgotten if that works. A run begins unless one goes on. A release is given to the scanner again, as `POST /held-releases/{releaseId}/rescan` does.',
    status: 202,
    errors: [
      'job.failed-again',
      'job.busy',
      'service.unavailable 503',
      'release.not-quarantined',
      'release.rescans',
      'release.rescan-soon 429',
    ],
    operation: 'retryJob',
  })
  async retry(@Req() request: FastifyRequest, @Param('jobId') jobId: string): Promise<void> {
    const { requestId } = edgeContextOf(request);
    await this.#retries.retry(jobId, { by: actorOfRequest(request), caller: callerOf(request), requestId });
  }
}
