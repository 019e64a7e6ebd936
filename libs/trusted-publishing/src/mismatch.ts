/** What of a rule a token does not meet. */
export interface MismatchReason {
  readonly what:
    | 'issuer'
    | 'condition'
    | 'pinned'
    | 'environment'
    | 'ref'
    | 'protected-ref'
    | 'event'
    | 'untrusted-event'
    | 'runner'
    | 'untrusted';
  /** The claim that it is about, where it is about one. */
  readonly claim?: string;
  readonly expected?: string;
  /** What the token says, cut to 200 characters; missing if it says nothing. */
  readonly actual?: string;
}

const shown = 200;

export function mismatch(
  what: MismatchReason['what'],
  facts: { readonly claim?: string; readonly expected?: string; readonly actual?: string | undefined },
): MismatchReason {
  const { claim, expected, actual } = facts;
  return {
    what,
    ...(claim === undefined ? {} : { claim }),
    ...(expected === undefined ? {} : { expected: expected.slice(0, shown) }),
    ...(actual === undefined ? {} : { actual: actual.slice(0, shown) }),
  };
}

/** A reason as a sentence, for whoever has proven that the repository is theirs. */
export function describeMismatch({ what, claim, expected, actual }: MismatchReason): string {
  const says = actual === undefined ? 'does not say' : `says ${JSON.stringify(actual)}`;
  switch (what) {
    case 'issuer':
      return 'The token is of another issuer.';
    case 'condition':
      return `The token ${says} as ${claim ?? ''}; the publisher wants ${expected ?? ''}.`;
    case 'pinned':
      return `The token ${says} as ${claim ?? ''}; the publisher was first used with ${expected ?? ''}. Was it made anew?`;
    case 'environment':
      return `The token ${says} as environment; the publisher wants ${expected ?? ''}.`;
    case 'ref':
      return `The token ${says} as ref; the publisher wants ${expected ?? ''}.`;
    case 'protected-ref':
      return 'The publisher wants a protected branch or tag, and the token does not say that it is one.';
    case 'event':
      return `The token ${says} as event; the publisher wants ${expected ?? ''}.`;
    case 'untrusted-event':
      return `The workflow was started by ${actual ?? ''}, which strangers can cause. No publisher takes that.`;
    case 'runner':
      return `The token ${says} as runner; the publisher wants ${expected ?? ''}.`;
    case 'untrusted':
      return actual ?? 'The token is not to be trusted.';
  }
}
