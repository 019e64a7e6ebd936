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

export const packumentExplanations: readonly Explanation[] = [
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
