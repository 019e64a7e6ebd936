import type { ReleasePath, VerifiedProvenance } from '@waybill/domain';
import { providers } from '@waybill/trusted-publishing';
import type { ProviderName } from '@waybill/trusted-publishing';
import type { ReleaseOrigin } from './release-origin.js';

const maxWord = 120;

/** What an issuer or a publisher chose, to be shown inside of a sentence: short, and without what would rearrange it. */
export function word(text: string): string {
  const shown = text.toWellFormed().replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return shown.length <= maxWord ? shown : `${shown.slice(0, maxWord - 1).toWellFormed()}…`;
}

/** What a finding says, which has at most 2,000 characters. */
export function sentences(text: string): string {
  return text.slice(0, 1900).toWellFormed();
}

/** `from acme/left-pad release.yml on tag v1.4.2 through GitHub Actions`, `from a personal token of alice`. */
export function originWords(origin: ReleaseOrigin): string {
  return `${sourceWords(origin)}${approvalWords(origin.approvals)}`;
}

function sourceWords({ trustedPublisher, provenance, credential, username }: ReleaseOrigin): string {
  if (trustedPublisher !== null) return `from ${pathWords(trustedPublisher.path)}`;
  const person = credentialWords(credential, username);
  return provenance === null ? `from ${person}` : `from ${person}, with provenance of ${provenanceWords(provenance)}`;
}

export function credentialWords(credential: ReleaseOrigin['credential'], username: string): string {
  if (credential === 'anonymous') return 'nobody who was signed in';
  return credential === 'token' ? `a personal token of ${word(username)}` : `${word(username)} at a browser`;
}

export function pathWords(path: ReleasePath): string {
  const place = path.repository ?? path.owner ?? path.repositoryId ?? path.actor ?? path.issuer;
  const parts = [word(place)];
  if (path.workflow !== undefined) parts.push(word(path.workflow.split('/').at(-1) ?? path.workflow));
  if (path.ref !== undefined) parts.push(`on ${refWords(path.ref)}`);
  if (path.environment !== undefined) parts.push(`in environment ${word(path.environment)}`);
  return `${parts.join(' ')} through ${providerTitle(path.provider)}`;
}

export function providerTitle(provider: string): string {
  return isProviderName(provider) ? providers[provider].title : word(provider);
}

export function isProviderName(text: string): text is ProviderName {
  return Object.hasOwn(providers, text);
}

function provenanceWords({ repositoryUrl, repositoryId, identity }: VerifiedProvenance): string {
  return word(repositoryUrl ?? repositoryId ?? identity);
}

function refWords(ref: string): string {
  if (ref.startsWith('refs/tags/')) return `tag ${word(ref.slice('refs/tags/'.length))}`;
  if (ref.startsWith('refs/heads/')) return `branch ${word(ref.slice('refs/heads/'.length))}`;
  return word(ref);
}

function approvalWords(approvals: ReleaseOrigin['approvals']): string {
  if (approvals === 0) return '';
  if (approvals === 'to-come') return ', to be approved by people';
  return approvals === 1 ? ', approved by one person' : `, approved by ${String(approvals)} people`;
}
