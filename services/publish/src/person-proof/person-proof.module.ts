import { Module } from '@nestjs/common';
import { PersonProof } from './person-proof.js';

/** Proof that a person is there. */
@Module({ providers: [PersonProof], exports: [PersonProof] })
export class PersonProofModule {}
