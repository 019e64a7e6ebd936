import { fieldByKey } from '../core-metadata/fields.js';
import type { RawMetadata } from '../core-metadata/raw-metadata.js';
import type { CoreMetadataJson } from '../files/file-metadata.js';

/** Core metadata in its JSON form (PEP 566, "JSON-compatible Metadata"): lists where a field may be repeated. */
export function coreMetadataJson({ values }: RawMetadata): CoreMetadataJson {
  const entries = [...values].flatMap(([key, all]) => {
    const field = fieldByKey.get(key);
    if (field === undefined) return [];
    return [[field.header.replaceAll('-', '_'), field.multiple ? [...all] : (all[0] ?? '')] as const];
  });
  return Object.fromEntries(entries);
}
