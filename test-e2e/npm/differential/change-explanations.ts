import type { Explanation } from './explanation.js';
import { onlyVerdaccio, onlyWaybill } from './explanation.js';

export const changeExplanations: readonly Explanation[] = [
  {
    steps: ['tag that looks like a version', 'latest removed'],
    differences: [
      'status: Verdaccio 201, Waybill 400',
      ...onlyVerdaccio('ok: string'),
      ...onlyWaybill('error: string'),
    ],
    why: 'npmjs refuses both: such a tag could never be asked for, and clients install nothing without `latest`.',
  },
  {
    steps: ['tag without a version'],
    differences: [
      'status: Verdaccio 404, Waybill 400',
      'type: Verdaccio text/html, Waybill application/json',
      ...onlyWaybill('(whole): object', 'error: string'),
    ],
    why: 'The body is wrong, not the address.',
  },
  {
    steps: ['tag removed'],
    differences: ['status: Verdaccio 201, Waybill 200'],
    why: 'Nothing was created (RFC 9110 §15.3.2); clients take every 2xx.',
  },
  {
    steps: ['tarball removed', 'package removed'],
    differences: ['status: Verdaccio 201, Waybill 200', ...onlyWaybill('success: boolean')],
    why: 'Nothing was created (RFC 9110 §15.3.2); clients take every 2xx.',
  },
  {
    steps: ['unknown tag removed'],
    differences: [
      'status: Verdaccio 201, Waybill 404',
      ...onlyVerdaccio('ok: string'),
      ...onlyWaybill('error: string'),
    ],
    why: 'Whoever mistypes a tag must not believe that it is gone.',
  },
  {
    steps: ['star', 'star taken back'],
    differences: ['status: Verdaccio 200, Waybill 201', ...onlyWaybill('ok: string')],
    why: 'One route publishes, deprecates and stars, and it always answers in the same way; clients take every 2xx.',
  },
  {
    steps: ['list of stars'],
    differences: onlyWaybill('rows[].id: string', 'rows[].key: string'),
    why: 'The rows of a CouchDB view, which npmjs answers.',
  },
  {
    steps: ['list of stars', 'list of no stars'],
    differences: onlyWaybill('offset: number', 'total_rows: number'),
    why: 'The head of a CouchDB view, which npmjs answers.',
  },
  {
    steps: ['owner added with the token of a login by password'],
    differences: ['status: Verdaccio 422, Waybill 403', ...onlyWaybill('details.permission: string')],
    why: 'Such a token works with packages and gives nobody rights (A4): the answer says which one does, and how to get it.',
  },
  {
    steps: ['owner added', 'owner added once more, with the revision of before'],
    differences: [
      'status: Verdaccio 422, Waybill 201',
      ...onlyVerdaccio('error: string'),
      ...onlyWaybill('ok: string', 'success: boolean'),
    ],
    why: 'Verdaccio has no owners of packages; repeated after a lost answer, the change finds itself done.',
  },
  {
    steps: ['all owners removed'],
    differences: ['status: Verdaccio 422, Waybill 400'],
    why: 'Verdaccio has no owners of packages; here one always stays.',
  },
  {
    steps: ['collaborators'],
    differences: [
      'status: Verdaccio 404, Waybill 200',
      ...onlyVerdaccio('error: string'),
      ...onlyWaybill('{user}: string'),
    ],
    why: 'Verdaccio does not have it; `npm access list collaborators` asks for it.',
  },
  {
    steps: ['visibility'],
    differences: [
      'status: Verdaccio 404, Waybill 200',
      ...onlyVerdaccio('error: string'),
      ...onlyWaybill('public: boolean'),
    ],
    why: 'Verdaccio does not have it; npm asks before it publishes with provenance.',
  },
  {
    steps: ['version removed with a stale revision'],
    differences: [
      'status: Verdaccio 201, Waybill 409',
      ...onlyVerdaccio('ok: string', 'success: boolean'),
      ...onlyWaybill('error: string'),
    ],
    why: 'Whoever removes something must have seen what is there; Verdaccio ignores the revision.',
  },
  {
    steps: ['package removed with a stale revision'],
    differences: [
      'status: Verdaccio 201, Waybill 409',
      ...onlyVerdaccio('ok: string'),
      ...onlyWaybill('error: string'),
    ],
    why: 'Whoever removes something must have seen what is there; Verdaccio ignores the revision.',
  },
  {
    steps: ['read before everything is removed'],
    differences: onlyVerdaccio('time.1.1.0: string', 'versions.1.1.0: object'),
    why: 'Verdaccio let the removed version be published again.',
  },
  {
    steps: ['packument of the package that came back'],
    differences: onlyVerdaccio('time.1.0.0: string', 'versions.1.0.0: object'),
    why: 'Verdaccio let a version of the removed package be published again.',
  },
];
