import { Module } from '@nestjs/common';
import { TokensModule } from '../tokens/tokens.module.js';
import { IntrospectionMessageController } from './introspection.message.controller.js';
import { IntrospectionRepository } from './introspection.repository.js';
import { IntrospectionService } from './introspection.service.js';
import { LastUseRecorder } from './last-use.recorder.js';

@Module({
  imports: [TokensModule],
  controllers: [IntrospectionMessageController],
  providers: [IntrospectionRepository, IntrospectionService, LastUseRecorder],
  exports: [IntrospectionRepository, LastUseRecorder],
})
export class IntrospectionModule {}
