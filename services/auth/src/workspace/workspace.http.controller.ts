import { Controller, Get, Req } from '@nestjs/common';
import { callerOf, Requires } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { OwnAccount } from '../users/account.resource.js';
import type { WorkspaceView } from './workspace.schema.js';
import { viewOfWorkspace, workspaceView } from './workspace.schema.js';
import { WorkspaceService } from './workspace.service.js';

@Controller('api/v1/workspace')
export class WorkspaceHttpController {
  constructor(private readonly workspace: WorkspaceService) {}

  @Get()
  @Requires('read', OwnAccount)
  @Documented({
    summary: 'Look at everything that is yours at once',
    description: `Your organizations with what you may do in them, your teams, invitations that wait for your answer, and how many of
your tokens end soon. What is offered to your organizations is in the list of transfers.`,
    returns: workspaceView,
    operation: 'viewWorkspace',
  })
  async view(@Req() request: FastifyRequest): Promise<WorkspaceView> {
    return viewOfWorkspace(await this.workspace.of(callerOf(request)));
  }
}
