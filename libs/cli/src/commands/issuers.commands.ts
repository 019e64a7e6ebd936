import { path } from '../api/api-client.js';
import { type Arguments, given } from './arguments.js';
import { columns } from './columns.js';
import type { ApiCommand } from './described-command.js';
import { issuerText } from './issuer-text.js';
import { secondFactorOption } from './second-factor.js';

const org = { org: { type: 'string', describe: 'Of one organization alone, instead of the installation' } } as const;

/** The issuers of the installation, or of an organization. */
function placeOf(typed: Arguments): string {
  const organization = typed.optional('org');
  return organization === undefined ? '/oidc/issuers' : path`/orgs/${organization}/oidc-issuers`;
}

export const issuerCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Those whose tokens a trusted publisher can be about',
    options: org,
    request: (typed) => ({ method: 'GET', path: placeOf(typed) }),
    shows: columns('id', 'url', 'provider', 'title', 'from', 'enabled', 'keysReadAt'),
  },
  {
    usage: 'add <provider> <issuer>',
    describe: 'Register one: waybill issuers add gitlab-ci https://gitlab.acme.example',
    options: {
      ...org,
      title: { type: 'string', describe: 'What people call it' },
      algorithm: { type: 'string', array: true, describe: 'What it signs with, if that is not usual: ES256, …' },
      'allow-fixed-audience': { type: 'boolean', describe: 'Take tokens that anybody else was given as well' },
      ...secondFactorOption,
    },
    provesPerson: true,
    request: (typed) => ({
      method: 'POST',
      path: placeOf(typed),
      body: {
        provider: typed.text('provider'),
        url: typed.text('issuer'),
        ...given({
          title: typed.optional('title'),
          algorithms: typed.list('algorithm'),
          allowFixedAudience: typed.flag('allow-fixed-audience'),
          code: typed.optional('code'),
        }),
      },
    }),
    fields: { 'body.algorithms': '--algorithm', 'body.url': 'issuer' },
    shows: { text: issuerText },
  },
  ...(['enable', 'disable'] as const).map((verb): ApiCommand => ({
    usage: `${verb} <id>`,
    describe: { enable: 'Trust its tokens again', disable: 'Trust its tokens no more; those given for them end' }[verb],
    options: { ...org, ...secondFactorOption },
    provesPerson: true,
    request: (typed) => ({
      method: 'PATCH',
      path: `${placeOf(typed)}${path`/${typed.text('id')}`}`,
      body: given({ enabled: verb === 'enable', code: typed.optional('code') }),
    }),
    shows: { said: { enable: 'Enabled.', disable: 'Disabled.' }[verb] },
  })),
  {
    usage: 'remove <id>',
    describe: 'Delete one; tokens that were given for its tokens end',
    options: { ...org, ...secondFactorOption },
    provesPerson: true,
    request: (typed) => {
      const code = typed.optional('code');
      const target = `${placeOf(typed)}${path`/${typed.text('id')}`}`;
      return { method: 'DELETE', path: target, ...(code === undefined ? {} : { body: { code } }) };
    },
    confirms: (typed) => `Delete the issuer ${typed.text('id')}? Publishers that name it match nothing then.`,
    shows: { said: 'Deleted.' },
  },
];
