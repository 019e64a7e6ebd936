import { providerNames, providers } from '@waybill/trusted-publishing';
import type { ReleaseEvidence } from '@waybill/read-model';
import type { DocumentPerson } from '../packument/document-person.js';

/** `_npmUser` of a version, with what clients take for evidence: pnpm's `trustPolicy` reads both of the last. */
export interface NpmUser extends DocumentPerson {
  readonly trustedPublisher?: { readonly id: string; readonly oidcConfigId: string };
  readonly approver?: DocumentPerson;
}

// As npm's own registry writes them; the others have no words there, and none is made up for an address.
const wordsOfNpm: Readonly<Record<string, { readonly id: string; readonly email: string }>> = {
  'github-actions': { id: 'github', email: 'npm-oidc-no-reply@github.com' },
  'gitlab-ci': { id: 'gitlab', email: 'npm-oidc-no-reply@gitlab.com' },
  circleci: { id: 'circleci', email: '' },
};

/** `publisher`: who published it, as a person; where a trusted publisher did, its provider stands there instead. */
export function npmUserOf(
  publisher: DocumentPerson,
  evidence: ReleaseEvidence | undefined,
  personOf: (name: string) => DocumentPerson,
): NpmUser {
  // The last of them made it go on.
  const approver = evidence?.approvers?.at(-1);
  const approved = approver === undefined ? {} : { approver: personOf(approver) };
  if (evidence?.trustedPublisher === undefined) return { ...publisher, ...approved };
  const { provider, publisherId } = evidence.trustedPublisher;
  const { id, email } = wordsOfNpm[provider] ?? { id: provider, email: '' };
  return {
    name: titleOf(provider),
    email,
    trustedPublisher: { id, oidcConfigId: `oidc:${publisherId}` },
    ...approved,
  };
}

function titleOf(provider: string): string {
  const known = providerNames.find((name) => name === provider);
  return known === undefined ? provider : providers[known].title;
}
