import type { PublisherIdentity, VerifiedProvenance } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { differencesOfSource } from '@waybill/provenance';

/**
 * A token that was minted for a job publishes what that job's own identity signed, and nothing that another workflow did. Errors:
 * `forbidden` `provenance.other-identity`.
 */
export function assertOfPublisher(provenance: VerifiedProvenance, publisher: PublisherIdentity | undefined): void {
  if (publisher === undefined) return;
  const differences = differencesOfSource(provenance, publisher.path);
  const [first] = differences;
  if (first === undefined) return;
  const [signed, minted] = [first.provenance ?? 'none', first.path ?? 'none'];
  throw new DomainError(
    'forbidden',
    'provenance.other-identity',
    `The provenance was signed by another ${first.what} (${signed}) than the one that the token was minted for (${minted}).`,
    { details: { differences } },
  );
}

/** Several bundles of one release tell one story. Errors: `invalid` `provenance.contradiction`. */
export function assertOneSource(all: readonly VerifiedProvenance[]): void {
  const [first] = all;
  const isOther = (one: VerifiedProvenance) =>
    one.issuer !== first?.issuer || one.identity !== first.identity || one.commit !== first.commit;
  if (!all.some(isOther)) return;
  throw new DomainError(
    'invalid',
    'provenance.contradiction',
    'The provenance bundles of the release were signed by different workflows, or for different commits.',
  );
}
