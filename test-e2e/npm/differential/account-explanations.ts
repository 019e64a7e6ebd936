import type { Explanation } from './explanation.js';
import { onlyVerdaccio, onlyWaybill } from './explanation.js';

export const accountExplanations: readonly Explanation[] = [
  {
    steps: ['whoami of nobody', 'whoami with an unknown token'],
    differences: ['status: Verdaccio 200, Waybill 401', ...onlyWaybill('error: string')],
    why: 'npm prints a helpful ENEEDAUTH or E401 for a 401; 200 without a name says that nothing is wrong.',
  },
  {
    steps: ['web login'],
    differences: [
      'status: Verdaccio 404, Waybill 200',
      'type: Verdaccio text/html, Waybill application/json',
      ...onlyWaybill('(whole): object', 'doneUrl: string', 'loginUrl: string'),
    ],
    why: 'Verdaccio 6 has no web login; ours answers as npm-profile wants it.',
  },
  {
    steps: ['login'],
    differences: [
      'status: Verdaccio 409, Waybill 201',
      ...onlyVerdaccio('error: string'),
      ...onlyWaybill('id: string', 'ok: string', 'rev: string', 'token: string'),
    ],
    why: 'The right password signs in at once; 409 makes npm read the account and send the password a second time.',
  },
  {
    steps: ['login with the password in the header as well, as npm does after a 409'],
    differences: onlyWaybill('id: string', 'rev: string'),
    why: 'The registry’s documentation of a login answers `ok`, `id` and `rev`.',
  },
  {
    steps: ['account document'],
    differences: [...onlyVerdaccio('ok: string'), ...onlyWaybill('_id: string', 'email: string', 'name: string')],
    why: '`npm owner add` takes `name` and `email` from here, and adds an owner without either where they are missing.',
  },
  {
    steps: ['profile of nobody'],
    differences: onlyWaybill('error: string'),
    why: 'npm prints `error`, and Verdaccio says nothing there.',
  },
  {
    steps: ['password change to one that is too short'],
    differences: ['status: Verdaccio 401, Waybill 400'],
    why: 'Another token would not help: the new password is what is wrong (RFC 9110 §15.5.1).',
  },
  {
    steps: ['tokens'],
    differences: [
      ...onlyVerdaccio('urls.next: string'),
      ...onlyWaybill('total: number', 'objects[]: object', 'objects[].token: string', 'objects[].key: string'),
      ...onlyWaybill('objects[].created: string', 'objects[].readonly: boolean'),
    ],
    why: 'A login is a token that can be seen and revoked here; an empty `next` makes pnpm 12 ask for ever.',
  },
  {
    steps: ['tokens', 'tokens with one more'],
    differences: onlyWaybill(
      'objects[].cidr_whitelist: null',
      'objects[].description: string',
      'objects[].expires: string',
      'objects[].last_used: null',
      'objects[].name: string',
      'objects[].updated: string',
    ),
    why: 'npm 11 and later print name and expiry; the fields are named as the registry names them.',
  },
  {
    steps: ['tokens'],
    differences: onlyWaybill('objects[].last_used: string'),
    // Uses are written down a moment after them.
    isOccasional: true,
    why: 'The token of this session has been used.',
  },
  {
    steps: ['tokens with one more'],
    differences: [...onlyWaybill('total: number'), ...onlyVerdaccio('objects[].cidr: array', 'objects[].user: string')],
    why: 'The list is of the caller’s tokens alone, the field is called `cidr_whitelist`, and the registry tells the total.',
  },
  {
    steps: ['token created as npm 12 asks', 'token created as npm 10 asks'],
    differences: [
      ...onlyVerdaccio('cidr: array', 'user: string'),
      ...onlyWaybill('cidr_whitelist: null', 'description: string', 'expires: string', 'last_used: null'),
      ...onlyWaybill('name: string', 'updated: string'),
    ],
    why: 'The same fields as in the list of tokens, named as the registry names them.',
  },
  {
    steps: ['token revoked by its key'],
    differences: [
      'status: Verdaccio 200, Waybill 204',
      'type: Verdaccio application/json, Waybill no body',
      ...onlyVerdaccio('(whole): object'),
    ],
    why: 'The registry answers 204 to a revocation, and npm reads no body.',
  },
  {
    steps: ['unknown token revoked'],
    differences: ['status: Verdaccio 200, Waybill 404', ...onlyWaybill('error: string')],
    why: 'Whoever mistypes a key must not believe that the token is gone.',
  },
  {
    steps: ['logout'],
    differences: [...onlyVerdaccio('ok: string'), ...onlyWaybill('ok: boolean')],
    why: 'CouchDB, from which the route comes, answers `{"ok":true}`; clients read the status.',
  },
  {
    steps: ['whoami after logout'],
    differences: [
      'status: Verdaccio 200, Waybill 401',
      ...onlyVerdaccio('username: string'),
      ...onlyWaybill('error: string'),
    ],
    why: 'A logout ends the token everywhere before it is answered (A11); in Verdaccio it goes on working.',
  },
  {
    steps: ['logout of nobody'],
    differences: [
      'status: Verdaccio 200, Waybill 401',
      ...onlyVerdaccio('ok: string'),
      ...onlyWaybill('error: string'),
    ],
    why: 'Nobody is signed in, so nothing can end.',
  },
];
