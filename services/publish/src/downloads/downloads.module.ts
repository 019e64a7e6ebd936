import { Module } from '@nestjs/common';
import { PackagesModule } from '../package-list/packages.module.js';
import { DownloadsHttpController } from './downloads.http.controller.js';
import { DownloadsProjection } from './downloads.projection.js';
import { DownloadsRepository } from './downloads.repository.js';

@Module({
  imports: [PackagesModule],
  controllers: [DownloadsHttpController],
  providers: [DownloadsProjection, DownloadsRepository],
})
export class DownloadsModule {}
