import type { Explanation } from './explanation.js';
import { onlyVerdaccio, onlyWaybill } from './explanation.js';

const accepted = ['ok: string', 'success: boolean'];

export const publishExplanations: readonly Explanation[] = [
  {
    steps: ['publish of the same bytes again'],
    differences: ['status: Verdaccio 409, Waybill 201', ...onlyVerdaccio('error: string'), ...onlyWaybill(...accepted)],
    why: 'npm repeats a PUT whose answer was lost: the same bytes are the same release, and no error.',
  },
  {
    steps: ['publish of other bytes under the same version'],
    differences: onlyWaybill('details.state: string'),
    why: 'Says in which state the release that is there is: it may be held, and not visible.',
  },
  {
    steps: ['publish of nothing', 'publish under another name', 'deprecation of an unknown package'],
    differences: ['status: Verdaccio 422, Waybill 400'],
    why: 'npmjs answers 400 to documents that are wrong; the message says what is.',
  },
  {
    steps: ['publish of a version that is none'],
    differences: ['status: Verdaccio 201, Waybill 400', ...onlyVerdaccio(...accepted), ...onlyWaybill('error: string')],
    why: 'A version that is not semantic makes clients fail for the whole package.',
  },
  {
    steps: ['publish without attachment'],
    differences: ['status: Verdaccio 409, Waybill 400'],
    why: 'That version is not present: what is missing is its tarball.',
  },
  {
    steps: ['publish as text'],
    differences: ['status: Verdaccio 415, Waybill 201', ...onlyVerdaccio('error: string'), ...onlyWaybill(...accepted)],
    why: 'The document is read as JSON whatever it is called, and has to be valid; no cookie authorizes here.',
  },
  {
    steps: ['removed version published again, same bytes', 'removed package published again, same version'],
    differences: [
      'status: Verdaccio 201, Waybill 403',
      ...onlyVerdaccio(...accepted),
      ...onlyWaybill('error: string', 'details.reasons: array', 'details.releaseId: string'),
    ],
    why: 'As on npmjs, a name and version that was there once is never given again (I8).',
  },
  {
    steps: ['removed version published again, other bytes'],
    differences: ['status: Verdaccio 409, Waybill 403'],
    why: 'As on npmjs, a name and version that was there once is never given again (I8); nothing is in conflict.',
  },
];
