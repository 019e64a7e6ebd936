import { Module } from '@nestjs/common';
import { Approvers } from './approvers.js';

/** Whether those who approved still may. */
@Module({ providers: [Approvers], exports: [Approvers] })
export class ApproversModule {}
