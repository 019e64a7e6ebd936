import type { Explanation } from './explanation.js';
import { onlyVerdaccio, onlyWaybill } from './explanation.js';

export const readExplanations: readonly Explanation[] = [
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
    steps: ['signing keys'],
    differences: onlyWaybill('keys[].expires: string'),
    isOccasional: true,
    why: 'A key that was replaced says since when.',
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
];
