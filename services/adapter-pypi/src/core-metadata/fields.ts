/** One field of core metadata (https://packaging.python.org/specifications/core-metadata). */
export interface MetadataField {
  readonly key: FieldKey;
  /** Its name in METADATA and PKG-INFO, in lower case, as refusals name it. */
  readonly header: string;
  /** Its names in the upload's form; clients write some in the plural and some in the singular. */
  readonly form: readonly string[];
  readonly multiple: boolean;
  /** The version of the format that brought it. */
  readonly since: MetadataVersion;
}

/** PEP 241, 314, 345, (426), 566, 643, 685, 639, 794, 808. Tools wrote 2.0 although it was withdrawn. */
export const metadataVersions = ['1.0', '1.1', '1.2', '2.0', '2.1', '2.2', '2.3', '2.4', '2.5', '2.6'] as const;
export type MetadataVersion = (typeof metadataVersions)[number];

const single = {
  metadataVersion: ['metadata-version', '1.0'],
  name: ['name', '1.0'],
  version: ['version', '1.0'],
  summary: ['summary', '1.0'],
  description: ['description', '1.0'],
  keywords: ['keywords', '1.0'],
  homePage: ['home-page', '1.0'],
  author: ['author', '1.0'],
  authorEmail: ['author-email', '1.0'],
  license: ['license', '1.0'],
  downloadUrl: ['download-url', '1.1'],
  maintainer: ['maintainer', '1.2'],
  maintainerEmail: ['maintainer-email', '1.2'],
  requiresPython: ['requires-python', '1.2'],
  descriptionContentType: ['description-content-type', '2.1'],
  licenseExpression: ['license-expression', '2.4'],
} as const;

const multiple = {
  platforms: ['platform', '1.0'],
  supportedPlatforms: ['supported-platform', '1.1'],
  classifiers: ['classifier', '1.1'],
  requires: ['requires', '1.1'],
  provides: ['provides', '1.1'],
  obsoletes: ['obsoletes', '1.1'],
  requiresDist: ['requires-dist', '1.2'],
  providesDist: ['provides-dist', '1.2'],
  obsoletesDist: ['obsoletes-dist', '1.2'],
  requiresExternal: ['requires-external', '1.2'],
  projectUrls: ['project-url', '1.2'],
  providesExtra: ['provides-extra', '2.1'],
  dynamic: ['dynamic', '2.2'],
  licenseFiles: ['license-file', '2.4'],
  importNames: ['import-name', '2.5'],
  importNamespaces: ['import-namespace', '2.5'],
} as const;

export type SingleFieldKey = keyof typeof single;
export type MultipleFieldKey = keyof typeof multiple;
export type FieldKey = SingleFieldKey | MultipleFieldKey;

export const metadataFields: readonly MetadataField[] = [
  ...Object.entries(single).map(([key, [header, since]]) => fieldOf(key as SingleFieldKey, header, since, false)),
  ...Object.entries(multiple).map(([key, [header, since]]) => fieldOf(key as MultipleFieldKey, header, since, true)),
];

export const fieldByKey: ReadonlyMap<FieldKey, MetadataField> = new Map(
  metadataFields.map((field) => [field.key, field]),
);
export const fieldByHeader: ReadonlyMap<string, MetadataField> = new Map(
  metadataFields.map((field) => [field.header, field]),
);
export const fieldByFormName: ReadonlyMap<string, MetadataField> = new Map(
  metadataFields.flatMap((field) => field.form.map((name) => [name, field] as const)),
);

function fieldOf(key: FieldKey, header: string, since: MetadataVersion, isMultiple: boolean): MetadataField {
  const name = header.replaceAll('-', '_');
  return { key, header, form: isMultiple ? [name, `${name}s`] : [name], multiple: isMultiple, since };
}
