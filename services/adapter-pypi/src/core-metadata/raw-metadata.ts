import type { FieldKey, MetadataField } from './fields.js';
import { fieldByFormName, fieldByHeader, fieldByKey } from './fields.js';
import { parseHeaderBlock } from './header-block.js';
import type { MetadataProblem } from './metadata-problem.js';

/** Core metadata as somebody wrote it: for each field its values, without those that say nothing. */
export interface RawMetadata {
  readonly values: ReadonlyMap<FieldKey, readonly string[]>;
  /** Headers that the specification does not know, in lower case, each once; at most 100. */
  readonly unknown: readonly string[];
  /** What could not be read as fields at all. */
  readonly problems: readonly MetadataProblem[];
}

/** Of METADATA or PKG-INFO; the longest on PyPI are change logs of a megabyte. */
export const maxMetadataBytes = 4 * 1024 * 1024;
const maxUnknown = 100;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads METADATA of a wheel or PKG-INFO of a source distribution (core metadata specification, PEP 566). The description
 * stands behind the headers, or in one of them with its lines indented (PEP 345).
 */
export function rawMetadataOfFile(bytes: Uint8Array): RawMetadata {
  if (bytes.length > maxMetadataBytes) return broken(`the metadata is larger than ${maxMetadataBytes} bytes`);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return broken('the metadata is not UTF-8');
  }
  const { headers, body, ambiguity } = parseHeaderBlock(text);
  if (ambiguity !== undefined) return broken(`the metadata can be read in several ways because of ${ambiguity}`);
  const values = new Map<FieldKey, string[]>();
  const unknown = new Set<string>();
  for (const [name, value] of headers) {
    const field = fieldByHeader.get(name);
    if (field === undefined) unknown.add(name.slice(0, maxUnknown));
    else add(values, field, field.key === 'description' ? unfolded(value) : value);
  }
  const description = fieldByKey.get('description');
  if (body.trim() !== '' && description !== undefined) add(values, description, body);
  return { values, unknown: [...unknown].slice(0, maxUnknown), problems: repeated(values) };
}

/** The metadata fields among those of the upload's form, by the names that clients send them under. */
export function rawMetadataOfForm(form: ReadonlyMap<string, readonly string[]>): RawMetadata {
  const values = new Map<FieldKey, string[]>();
  for (const [name, sent] of form) {
    const field = fieldByFormName.get(name);
    for (const value of field === undefined ? [] : sent) if (field !== undefined) add(values, field, value);
  }
  return { values, unknown: [], problems: repeated(values) };
}

// Tools wrote `UNKNOWN` where they had nothing to write.
function add(values: Map<FieldKey, string[]>, field: MetadataField, value: string): void {
  const meaning = field.key === 'description' ? value : value.trim();
  if (meaning.trim() === '' || (meaning.trim() === 'UNKNOWN' && field.key !== 'name')) return;
  const known = values.get(field.key);
  if (known === undefined) values.set(field.key, [meaning]);
  else known.push(meaning);
}

function unfolded(value: string): string {
  return value.replaceAll(/\n(?: {8}| {7}\|)/g, '\n');
}

function repeated(values: ReadonlyMap<FieldKey, readonly string[]>): MetadataProblem[] {
  return [...values].flatMap(([key, all]) => {
    const field = fieldByKey.get(key);
    if (field === undefined || field.multiple || all.length < 2) return [];
    return [{ field: field.header, reason: `'${field.header}' has invalid data` }];
  });
}

function broken(reason: string): RawMetadata {
  return { values: new Map(), unknown: [], problems: [{ field: 'metadata-version', reason }] };
}
