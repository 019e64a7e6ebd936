import { DomainError } from '@waybill/domain';

/** What is wrong with one field, in Warehouse's words where it has some. */
export interface MetadataProblem {
  /** In lower case, as in METADATA: `requires-dist`. */
  readonly field: string;
  readonly reason: string;
}

const specification = 'https://packaging.python.org/specifications/core-metadata';
// What is wrong with these makes the others wrong.
const decisive = ['metadata-version', 'name', 'version'];
const maxTold = 20;

/** The refusal of metadata with these problems: the weightiest one is told, all are in its details. */
export function invalidMetadata(code: string, problems: readonly MetadataProblem[]): DomainError {
  const weight = ({ field }: MetadataProblem) =>
    (decisive.indexOf(field) + decisive.length + 1) % (decisive.length + 1);
  const sorted = problems.toSorted(
    (left, right) => weight(left) - weight(right) || compareTexts(left.field, right.field),
  );
  const told = sorted[0]?.reason ?? 'The metadata is invalid.';
  const sentence = told.endsWith('.') ? told : `${told}.`;
  return new DomainError('invalid', code, `${sentence} See ${specification} for more information.`, {
    details: { problems: sorted.slice(0, maxTold) },
  });
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
