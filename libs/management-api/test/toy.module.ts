import { Body, Controller, Get, Injectable, Module, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { DomainError } from '@waybill/domain';
import { EdgeModule, OpenToEverybody, problemDialect } from '@waybill/edge';
import { UnitOfWork } from '@waybill/persistence';
import { IsInt, IsString, MaxLength } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { z } from 'zod';
import {
  cutPage,
  decodeCursor,
  etagOf,
  Idempotent,
  IdempotencyModule,
  type Page,
  PageQuery,
  requestValidation,
  requireMatch,
  sendPage,
} from '../src/index.js';
import { MayBeAbsent } from '../src/may-be-absent.js';

export const toySecret = 'canary-of-a-toy-token';

export class CreateToyBody {
  @IsString()
  @MaxLength(64)
  name!: string;

  /** What happens after it was made: `crash` (no answer is ever written), `fail`, `refuse`. */
  @MayBeAbsent()
  @IsString()
  then?: string;
}

class ChangeToyBody {
  @MayBeAbsent()
  @IsInt()
  version?: number;
}

class ToyQuery extends PageQuery {}

export class CreateToys1000000000001 implements MigrationInterface {
  readonly name = 'CreateToys1000000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE toys (toy_id serial PRIMARY KEY, name text NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE toys`);
  }
}

/** Lets a test decide when the work of a request goes on. */
@Injectable()
export class Gate {
  beforeCommit: () => Promise<void> = () => Promise.resolve();
  afterCommit: () => Promise<void> = () => Promise.resolve();
}

@Controller('api/v1/toys')
class ToyController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly dataSource: DataSource,
    private readonly gate: Gate,
  ) {}

  @Post()
  @OpenToEverybody('a toy')
  @Idempotent()
  async create(
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { name, then }: CreateToyBody,
  ): Promise<{ id: number; name: string; token: string }> {
    if (then === 'refuse') throw new DomainError('conflict', 'toy.taken', 'Taken.');
    const id = await this.unitOfWork.run(async (manager) => {
      const rows = await manager.query<{ toy_id: number }[]>('INSERT INTO toys (name) VALUES ($1) RETURNING toy_id', [
        name,
      ]);
      await this.gate.beforeCommit();
      return rows[0]?.toy_id ?? 0;
    });
    await this.gate.afterCommit();
    if (then === 'fail') throw new Error('it broke after it was done');
    reply.header('location', `/api/v1/toys/${String(id)}`).header('etag', etagOf(1));
    return { id, name, token: toySecret };
  }

  @Post('secrets')
  @OpenToEverybody('a toy')
  @Idempotent({ secretAnswer: true })
  secret(): { token: string } {
    return { token: toySecret };
  }

  @Get()
  @OpenToEverybody('a toy')
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { limit, cursor }: ToyQuery,
  ): Promise<Page<{ id: number; name: string }>> {
    const after = decodeCursor(cursor, z.int()) ?? 0;
    const found = await this.dataSource.query<{ id: number; name: string }[]>(
      'SELECT toy_id AS id, name FROM toys WHERE toy_id > $1 ORDER BY toy_id LIMIT $2',
      [after, limit + 1],
    );
    const page = cutPage(found, limit, { placeOf: ({ id }) => id, viewOf: (row) => row });
    return sendPage(request, reply, page);
  }

  @Patch()
  @OpenToEverybody('a toy')
  change(@Req() request: FastifyRequest, @Body() { version }: ChangeToyBody): { version: number } {
    requireMatch(request, 7);
    return { version: version ?? 7 };
  }
}

@Module({
  imports: [EdgeModule.forDialect(problemDialect), IdempotencyModule],
  controllers: [ToyController],
  providers: [Gate, { provide: APP_PIPE, useFactory: requestValidation }],
})
export class ToyModule {}
