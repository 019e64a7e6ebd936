import type { SaidRule } from './publisher-words.schema.js';
import type { PublisherOnResourceBody } from './trusted-publishers.schema.js';

/** What of a body says whose tokens are trusted. */
export function saidRule(body: PublisherOnResourceBody): SaidRule {
  const { github, gitlab, forgejo, circleci, google, rule } = body;
  const { environment, refs, requireProtectedRef, events, runner } = body;
  return {
    github,
    gitlab,
    forgejo,
    circleci,
    google,
    rule,
    environment,
    refs,
    requireProtectedRef,
    events,
    runner,
  };
}
