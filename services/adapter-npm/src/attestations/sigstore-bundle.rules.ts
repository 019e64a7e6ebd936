import type { Digest, ReleasePurl } from '@waybill/domain';
import { digestHex, DomainError } from '@waybill/domain';
import { parseStrictJson } from '@waybill/strict-json';
import { z } from 'zod';
import type { NpmName } from '../names/npm-name.js';
import { releasePurlOf } from '../names/npm-name.js';

/** What a bundle may have at most; npm's own have around 15 KB. */
export const maxBundleBytes = 1024 * 1024;

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

// https://github.com/sigstore/protobuf-specs, sigstore_bundle.proto: the old and the new form of the media type.
const mediaType =
  /^application\/vnd\.dev\.sigstore\.bundle(?:\+json;\s?version=0\.[123](?:\.\d)?|\.v0\.[123](?:\.\d)?\+json)$/;

const bundle = z.looseObject({
  mediaType: z.string().regex(mediaType, 'is no media type of a sigstore bundle'),
  verificationMaterial: z.looseObject({}),
  dsseEnvelope: z.looseObject({
    payload: z.string().regex(base64, 'is not base64'),
    payloadType: z.literal('application/vnd.in-toto+json'),
    signatures: z
      .array(z.looseObject({ sig: z.string().regex(base64, 'is not base64') }))
      .min(1)
      .max(10),
  }),
});

// https://github.com/in-toto/attestation, spec/v1/statement.md; v0.1 differs in its name only.
const statement = z.looseObject({
  _type: z.enum(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']),
  subject: z.array(z.looseObject({ name: z.string(), digest: z.looseObject({ sha512: z.string() }) })).length(1),
  predicateType: z.enum(['https://slsa.dev/provenance/v0.2', 'https://slsa.dev/provenance/v1']),
  predicate: z.looseObject({}),
});

export interface AttestedRelease {
  readonly name: NpmName;
  readonly version: string;
  /** The sha512 of the tarball. */
  readonly sha512: Digest;
}

export interface ReadBundle {
  readonly mediaType: string;
  readonly predicateType: string;
}

/**
 * Reads the bundle that was published with a release, and refuses one that is about anything else (security.md P9). Who
 * signed it is not checked here. Errors: `invalid` `npm.provenance` with the reason.
 */
export function readSigstoreBundle(bytes: Buffer, release: AttestedRelease): ReadBundle {
  const { mediaType: type, dsseEnvelope } = parse(bundle, bytes, 'The provenance bundle');
  const payload = Buffer.from(dsseEnvelope.payload, 'base64');
  const { subject, predicateType } = parse(statement, payload, 'The statement in the provenance bundle');
  const [about] = subject;
  if (about === undefined || !namesOf(release).includes(about.name)) {
    throw refused(`The provenance bundle is about another release than ${release.name}@${release.version}.`);
  }
  if (about.digest.sha512 !== digestHex(release.sha512)) {
    throw refused('The provenance bundle is about another tarball: its sha512 differs.');
  }
  return { mediaType: type, predicateType };
}

// As npm writes it, and in canonical form, where the two differ.
function namesOf({ name, version }: AttestedRelease): (ReleasePurl | string)[] {
  return [releasePurlOf(name, version), `pkg:npm/${name.replace('@', '%40')}@${version}`];
}

function parse<Schema extends z.ZodType>(schema: Schema, bytes: Buffer, what: string): z.infer<Schema> {
  const parsed = schema.safeParse(strictJson(bytes, what));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refused(`${what} is malformed: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`);
}

function strictJson(bytes: Buffer, what: string): unknown {
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    throw refused(`${what} is not a JSON document that everybody reads alike.`, error);
  }
}

function refused(message: string, cause?: unknown): DomainError {
  return new DomainError('invalid', 'npm.provenance', message, { cause });
}
