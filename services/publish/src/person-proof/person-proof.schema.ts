import type { FastifyRequest } from 'fastify';
import { edgeContextOf } from '@waybill/edge';
import { MayBeAbsent } from '@waybill/management-api';
import { IsString, Length } from 'class-validator';
import type { Proof } from './person-proof.js';

/** Of a field of a body: a code of the second factor. */
export function SecondFactorCode(): PropertyDecorator {
  const all = [MayBeAbsent(), IsString(), Length(1, 200)];
  return (target, key) => {
    for (const decorate of all) decorate(target, key);
  };
}

/** What a route refuses with that asks for the proof. */
export const personProofErrors = [
  'auth.people-only 403',
  'auth.step-up-required 403',
  'login.second-factor-needed 401',
  'login.second-factor-failed 401',
] as const;

export function proofOf(request: FastifyRequest, code: string | undefined): Proof {
  return { code, clientAddress: edgeContextOf(request).clientAddress };
}
