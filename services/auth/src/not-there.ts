import type { Principal } from '@waybill/domain';
import { decisionOnMissing, type DomainError, refusal } from '@waybill/domain';

/** The answer of the guard to what there is not, for what is only found out further in: no different from what is hidden (A6). */
export function notThere(caller: Principal): DomainError {
  const decision = decisionOnMissing(caller);
  if (decision.allowed) throw new Error('What is missing is allowed to nobody.');
  return refusal(decision, 'What you asked for');
}
