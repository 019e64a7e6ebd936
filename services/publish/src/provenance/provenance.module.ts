import { Module } from '@nestjs/common';
import { AttestationReader } from './attestation.reader.js';
import { ProvenanceVerifier } from './provenance-verifier.js';

@Module({
  providers: [AttestationReader, ProvenanceVerifier],
  exports: [AttestationReader, ProvenanceVerifier],
})
export class ProvenanceModule {}
