import { Module } from '@nestjs/common';
import { ScanRepository } from './scans/scan.repository.js';
import { ScansConsumer } from './scans/scans.consumer.js';
import { SCAN_WORKER, ScanPool, scanWorkerUrl } from './worker/scan.pool.js';

@Module({
  providers: [{ provide: SCAN_WORKER, useValue: scanWorkerUrl }, ScanPool, ScanRepository, ScansConsumer],
})
export class ScannerModule {}
