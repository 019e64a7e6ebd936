import type { ReleasePurl } from '@waybill/domain';
import { parseReleasePurl } from '@waybill/domain';

const slsaV1 = 'https://slsa.dev/provenance/v1';
const slsa = ['https://slsa.dev/provenance/v0.2', slsaV1];

/** Of what PyPI calls a publish attestation: that somebody published this very file, and nothing else. */
export const pypiPublish = 'https://docs.pypi.org/attestations/publish/v1';

/** How clients of an ecosystem attest. */
export interface Habit {
  /** A Sigstore bundle, or an attestation object of PEP 740. */
  readonly form: 'bundle' | 'pep740';
  /** Whether statements name the release, the file, or a distribution in any spelling of its file name. */
  readonly names: 'purl' | 'filename' | 'distribution';
  /** The digest that they have to tell. */
  readonly digest: 'sha256' | 'sha512';
  readonly predicateTypes: readonly string[];
  readonly statementTypes?: readonly string[];
  readonly maxSubjects: number;
}

const usual: Habit = { form: 'bundle', names: 'filename', digest: 'sha256', predicateTypes: slsa, maxSubjects: 100 };

const habits: Readonly<Record<string, Habit>> = {
  // https://github.com/npm/cli, workspaces/libnpmpublish/lib/provenance.js
  npm: { ...usual, names: 'purl', digest: 'sha512' },
  // https://peps.python.org/pep-0740, and what PyPI demands: https://docs.pypi.org/attestations/
  pypi: {
    form: 'pep740',
    names: 'distribution',
    digest: 'sha256',
    predicateTypes: [slsaV1, pypiPublish],
    statementTypes: ['https://in-toto.io/Statement/v1'],
    maxSubjects: 1,
  },
};

export function habitOf(ecosystem: string): Habit {
  return habits[ecosystem] ?? usual;
}

export function ecosystemOf(purl: ReleasePurl): string {
  return parseReleasePurl(purl).name.ecosystem;
}
