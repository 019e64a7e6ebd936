import { IsString, Length } from 'class-validator';
import { MayBeAbsent } from './may-be-absent.js';

/** Of a field of a body: a code of the second factor. */
export function SecondFactorCode(): PropertyDecorator {
  const all = [MayBeAbsent(), IsString(), Length(1, 200)];
  return (target, key) => {
    for (const decorate of all) decorate(target, key);
  };
}

/** What a route refuses with that asks for the proof of a person. */
export const personProofErrors = [
  'auth.people-only 403',
  'auth.step-up-required 403',
  'login.second-factor-needed 401',
  'login.second-factor-failed 401',
] as const;
