import { Module } from '@nestjs/common';
import { ScanRepository } from './scans/scan.repository.js';
import { ScansConsumer } from './scans/scans.consumer.js';
import { ScanPool } from './worker/scan.pool.js';

@Module({ providers: [ScanPool, ScanRepository, ScansConsumer] })
export class ScannerModule {}
