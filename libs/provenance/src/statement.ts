import { z } from 'zod';
import { readJson } from './read-json.js';

const subject = z.looseObject({
  name: z.string().min(1).max(1000),
  digest: z.record(z.string().max(50), z.string().max(200)),
});

// https://github.com/in-toto/attestation, spec/v1/statement.md; v0.1 differs in its name only.
const statement = z.looseObject({
  _type: z.enum(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1'], 'is no in-toto statement'),
  subject: z.array(subject).min(1).max(100),
  predicateType: z.string().min(1).max(300),
  // Nothing, of a statement that says no more than its type does.
  predicate: z.looseObject({}).nullish(),
});

export type Statement = z.infer<typeof statement>;
export type Subject = z.infer<typeof subject>;

/** What a signed payload says. Errors: `invalid` `provenance.malformed`. */
export function readStatement(payload: Uint8Array): Statement {
  return readJson(statement, payload, 'The statement in the provenance bundle');
}
