import type { Action, Decision, Principal, Resource } from '@waybill/domain';
import { can, decisionOnMissing } from '@waybill/domain';
import type { Person } from './people.js';

/** Where a route is told what it is about. */
export interface Address {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Something that a resolver finds, and something of the kind that is not there. */
export interface Fixture {
  readonly what: string;
  readonly here: Address;
  /** Undefined: there always is one (the installation, one's own account). */
  readonly missing?: Address;
  /** Of which routes, where a resolver finds different things for different paths. */
  readonly only?: (path: string) => boolean;
  /** What the one place of decisions must say of the declared action. */
  readonly decide: (person: Person, action: Action) => Decision;
}

const unauthenticated: Decision = { allowed: false, because: 'authenticate' };

/** The decision on a resource, whoever asks. */
export function on(resource: Resource): Fixture['decide'] {
  return ({ principal }, action) => (principal === undefined ? unauthenticated : can(principal, action, resource));
}

/** For what is shown to those alone who may do something to it: to others there is no such thing. */
export function hiddenUnless(may: (principal: Principal) => boolean, decide: Fixture['decide']): Fixture['decide'] {
  return (person, action) => {
    if (person.principal === undefined) return unauthenticated;
    return may(person.principal) ? decide(person, action) : decisionOnMissing(person.principal);
  };
}

export function onOwnAccount({ principal }: Person, action: Action): Decision {
  if (principal === undefined || principal.kind === 'anonymous') return unauthenticated;
  return can(principal, action, { kind: 'account', userId: principal.userId });
}
