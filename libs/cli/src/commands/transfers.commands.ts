import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';

export const transferCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Transfers that wait, from you and to you',
    request: () => ({ method: 'GET', path: '/transfers' }),
    shows: columns('transferId:id', 'kind', 'name', 'from.name:from', 'to.name:to', 'state', 'expiresAt'),
  },
  {
    usage: 'accept <id>',
    describe: 'Take it over',
    options: { repository: { type: 'string', describe: 'Of a package: the repository that it goes to' } },
    request: (typed) => ({
      method: 'POST',
      path: path`/transfers/${typed.text('id')}/accept`,
      body: given({ repository: typed.optional('repository') }),
    }),
    shows: { said: 'It is yours.' },
  },
  ...(['decline', 'cancel'] as const).map((verb): ApiCommand => ({
    usage: `${verb} <id>`,
    describe: { decline: 'Say no', cancel: 'Keep it after all' }[verb],
    request: (typed) => ({ method: 'POST', path: path`/transfers/${typed.text('id')}/${verb}` }),
    shows: { said: { decline: 'Declined.', cancel: 'Cancelled.' }[verb] },
  })),
];
