import { Controller, Get, Query, Req } from '@nestjs/common';
import { callerOf, Filtered } from '@waybill/edge';
import { Documented, MayBeAbsent } from '@waybill/management-api';
import { IsString, Length, Matches } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { storableText } from '../database/storable-text.js';
import { StatsRepository } from './stats.repository.js';

export class StatsQuery {
  /** Of this organization alone, by name. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  @Matches(storableText)
  org?: string;
}

export const statsView = z.object({
  /** That have packages which the caller may read. */
  repositories: z.int(),
  packages: z.int(),
  releases: z.int(),
  /** Of all files of those releases; the same bytes count each time. */
  sizeBytes: z.int(),
  /** Of those packages, in the last 30 days. */
  downloads: z.int(),
  ecosystems: z.record(z.string(), z.int()),
});
export type StatsView = z.infer<typeof statsView>;

@Controller('api/v1/stats')
export class StatsHttpController {
  readonly #stats: StatsRepository;

  constructor(stats: StatsRepository) {
    this.#stats = stats;
  }

  @Get()
  @Filtered('read', 'counts only packages that the caller may read')
  @Documented({ summary: 'Count packages and releases', returns: statsView, operation: 'getStats' })
  stats(@Req() request: FastifyRequest, @Query() { org }: StatsQuery): Promise<StatsView> {
    return this.#stats.count(callerOf(request), org);
  }
}
