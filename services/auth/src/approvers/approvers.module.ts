import { Module } from '@nestjs/common';
import { IntrospectionModule } from '../introspection/introspection.module.js';
import { ApproversMessageController } from './approvers.message.controller.js';

/** Whether those who approved releases still may. */
@Module({ imports: [IntrospectionModule], controllers: [ApproversMessageController] })
export class ApproversModule {}
