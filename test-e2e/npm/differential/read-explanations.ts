import type { Explanation } from './explanation.js';
import { onlyVerdaccio, onlyWaybill } from './explanation.js';

/** Steps whose answer is a packument in full. */
const packuments = [
  'packument',
  'packument of nobody',
  'packument to write',
  'packument of a scoped package (%2f)',
  'packument of a scoped package (%2F)',
  'packument of a scoped package (plain slash)',
  'read before deprecation',
  'packument with a deprecation',
  'read before the deprecation is taken back',
  'packument without the deprecation',
  'read before the star',
  'packument with a star',
  'read before the star is taken back',
  'read before the owners change',
  'packument with two owners',
  'read before the stale unpublish',
  'read before the unpublish',
  'read between the steps',
  'packument after a version was removed',
  'read before everything is removed',
  'packument of the package that came back',
];
const withStar = ['packument with a star', 'read before the star is taken back'];
const abbreviated = ['packument, abbreviated', 'packument of a scoped package, abbreviated'];
const versions = ['version', 'version behind a tag', 'version of a scoped package'];

const distFields = [
  'dist.fileCount: number',
  'dist.signatures: array',
  'dist.signatures[]: object',
  'dist.signatures[].keyid: string',
  'dist.signatures[].sig: string',
  'dist.unpackedSize: number',
];
const publisherFields = ['_npmUser: object', '_npmUser.name: string', '_npmUser.email: string'];

const liftedFields = [
  'description: string',
  'keywords: array',
  'keywords[]: string',
  'license: string',
  'maintainers: array',
  'maintainers[]: object',
  'maintainers[].name: string',
  'maintainers[].email: string',
  'readmeFilename: string',
];
/** What Verdaccio alone has. */
const ownFields = ['_attachments: object', 'users: object'];
const ownVersionFields = ['contributors: array', 'readmeFilename: string'];

export const readExplanations: readonly Explanation[] = [
  {
    steps: packuments,
    differences: onlyVerdaccio('_attachments: object'),
    why: 'CouchDB’s list of attachments is Verdaccio’s own book-keeping; no client reads it, and npmjs leaves it out.',
  },
  {
    steps: packuments.filter((step) => !withStar.includes(step)),
    differences: onlyVerdaccio('users: object'),
    why: 'Nobody has starred it; clients start from nothing where `users` is missing.',
  },
  {
    steps: packuments,
    differences: onlyVerdaccio(...ownVersionFields.map(inVersion)),
    why: 'A version says what the package.json in its tarball says (ADR 0008), and that has neither field.',
  },
  {
    steps: packuments,
    differences: onlyWaybill(...liftedFields),
    why: 'npmjs lifts these from the latest version; `npm owner ls` and `npm view` read them there.',
  },
  {
    steps: packuments,
    differences: onlyWaybill(...publisherFields.map(inVersion)),
    why: 'npmjs tells who published each version, and `npm view` prints it.',
  },
  {
    steps: [...packuments, ...abbreviated],
    differences: onlyWaybill(...distFields.map(inVersion)),
    why: 'npmjs has them: `npm view` prints sizes, and `npm audit signatures` needs signatures.',
  },
  {
    steps: abbreviated,
    differences: onlyVerdaccio(
      'versions.{version}.description: string',
      'versions.{version}.hasInstallScript: boolean',
    ),
    why: 'npm’s format has no description, and `hasInstallScript` only where it is true.',
  },
  {
    steps: versions,
    differences: [...onlyVerdaccio(...ownVersionFields), ...onlyWaybill(...publisherFields, ...distFields)],
    why: 'The same document of a version as in the packument, for the same reasons.',
  },
  {
    steps: ['packument with an unknown token'],
    differences: [
      'status: Verdaccio 200, Waybill 401',
      ...onlyWaybill('error: string'),
      ...onlyVerdaccio(...packumentOf('1.0.0', '1.1.0', '2.0.0'), 'dist-tags.next: string'),
      ...onlyVerdaccio(...ownFields, ...ownVersionFields.map(inVersion)),
    ],
    why: 'A credential that is not valid is refused (RFC 6750 §3.1), also where nobody needs one: else nobody notices.',
  },
  {
    steps: ['name that is none'],
    differences: ['status: Verdaccio 404, Waybill 400'],
    why: 'No package can ever have that name, and the message says why.',
  },
  {
    steps: ['tarball, the first bytes'],
    differences: ['status: Verdaccio 200, Waybill 206'],
    why: 'Interrupted downloads go on where they were (RFC 9110 §14); Verdaccio sends the whole.',
  },
  {
    steps: ['tarball, bytes behind its end'],
    differences: [
      'status: Verdaccio 200, Waybill 416',
      'type: Verdaccio application/octet-stream, Waybill application/json',
      ...onlyWaybill('(whole): object', 'error: string'),
    ],
    why: 'There are no such bytes (RFC 9110 §15.5.17).',
  },
  {
    steps: ['unknown tarball', 'tarball of an unknown package', 'tarball after it was removed'],
    differences: ['type: Verdaccio application/octet-stream, Waybill application/json'],
    why: 'The body is a JSON error, not a tarball.',
  },
  {
    steps: ['search'],
    differences: [
      ...onlyVerdaccio('objects[].local: boolean', 'objects[].package.readmeFilename: string'),
      ...onlyVerdaccio('objects[].package.dist-tags: object', 'objects[].package.dist-tags.latest: string'),
      ...onlyVerdaccio('objects[].package.time: object', 'objects[].package.time.modified: string'),
      ...onlyVerdaccio('objects[].package.versions: object', 'objects[].package.versions.1.1.0: string'),
      ...onlyWaybill('objects[].package.version: string', 'objects[].package.date: string'),
      ...onlyWaybill('objects[].package.links: object', 'objects[].package.scope: string'),
      ...onlyWaybill('objects[].package.publisher.username: string', 'objects[].package.publisher.email: string'),
      ...onlyWaybill('objects[].package.maintainers[]: object', 'objects[].package.maintainers[].username: string'),
      ...onlyWaybill('objects[].package.maintainers[].email: string', 'objects[].updated: string'),
      ...onlyWaybill('objects[].downloads: object', 'objects[].downloads.monthly: number'),
    ],
    why: 'The registry’s documented fields; pnpm 12 refuses answers without `username`, as Verdaccio’s are.',
  },
  {
    steps: ['dump of old clients'],
    differences: [
      ...['{plain}', '{scoped}', '{mangled}'].flatMap((name) => [
        ...onlyVerdaccio(`${name}.license: string`, `${name}.publisher: object`, `${name}.readmeFilename: string`),
        ...onlyWaybill(`${name}.maintainers[]: object`, `${name}.maintainers[].name: string`),
        ...onlyWaybill(`${name}.maintainers[].email: string`),
      ]),
      ...onlyVerdaccio('{mangled}.versions.1.0.0: string'),
      ...onlyWaybill('{mangled}.versions.3.2.0: string'),
    ],
    why: 'Old clients print maintainers; the version differs since Verdaccio refused the one that was sent as text.',
  },
  {
    steps: ['registry root'],
    differences: [
      'status: Verdaccio 404, Waybill 200',
      ...onlyVerdaccio('error: string'),
      ...onlyWaybill('db_name: string', 'registry: string', 'server: string'),
    ],
    why: 'There is a registry; Verdaccio has only a web page here, which is off.',
  },
  {
    steps: ['signing keys'],
    differences: [
      'status: Verdaccio 404, Waybill 200',
      ...onlyVerdaccio('error: string'),
      ...onlyWaybill('keys: array', 'keys[]: object', 'keys[].expires: null', 'keys[].key: string'),
      ...onlyWaybill('keys[].keyid: string', 'keys[].keytype: string', 'keys[].scheme: string'),
    ],
    why: 'Verdaccio signs nothing; `npm audit signatures` asks for the keys here.',
  },
  {
    steps: ['audit in bulk', 'audit in bulk, compressed', 'audit in bulk of nobody'],
    differences: [
      'status: Verdaccio 404, Waybill 200',
      'type: Verdaccio text/html, Waybill application/json',
      ...onlyWaybill('(whole): object'),
    ],
    why: 'Verdaccio only passes audits on to npmjs, which it may not here; clients warn where there is no answer.',
  },
  {
    steps: ['audit of a tree', 'audit of a tree, in full'],
    differences: [
      'status: Verdaccio 404, Waybill 200',
      'type: Verdaccio text/html, Waybill application/json',
      ...onlyWaybill('(whole): object', 'actions: array', 'advisories: object', 'muted: array', 'metadata: object'),
      ...onlyWaybill('metadata.vulnerabilities: object'),
      ...['dependencies', 'devDependencies', 'optionalDependencies', 'totalDependencies'].flatMap((count) =>
        onlyWaybill(`metadata.${count}: number`),
      ),
      ...['info', 'low', 'moderate', 'high', 'critical'].flatMap((severity) =>
        onlyWaybill(`metadata.vulnerabilities.${severity}: number`),
      ),
    ],
    why: 'Verdaccio only passes audits on to npmjs, which it may not here; npm 6 and pnpm 10 fail where there is none.',
  },
  {
    steps: ['packument after the stale unpublish'],
    differences: [
      'status: Verdaccio 404, Waybill 200',
      ...onlyVerdaccio('error: string'),
      ...onlyWaybill(
        ...packumentOf('1.0.0', '1.1.0', '1.2.0'),
        ...liftedFields,
        ...[...publisherFields, ...distFields].map(inVersion),
      ),
    ],
    why: 'Verdaccio removed the package although the revision was stale; here it is still what it was.',
  },
];

function inVersion(path: string): string {
  return `versions.{version}.${path}`;
}

/** What both registries have in the packument of a package with these versions. */
function packumentOf(...published: readonly string[]): string[] {
  const top = ['_id: string', '_rev: string', 'name: string', 'readme: string'];
  const maps = ['dist-tags: object', 'dist-tags.latest: string', 'time: object', 'versions: object'];
  const times = ['time.created: string', 'time.modified: string'];
  const ofEach = published.flatMap((version) => [`time.${version}: string`, `versions.${version}: object`]);
  const manifest = ['_id', '_nodeVersion', '_npmVersion', 'description', 'keywords[]', 'license', 'name', 'version'];
  const dist = ['dist.integrity', 'dist.shasum', 'dist.tarball'];
  const texts = [...manifest, ...dist].map((field) => inVersion(`${field}: string`));
  return [...top, ...maps, ...times, ...ofEach, ...texts, ...['dist: object', 'keywords: array'].map(inVersion)];
}
