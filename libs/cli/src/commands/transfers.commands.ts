import { path } from '../api/api-client.js';
import type { ApiCommand } from './api-command.js';
import { columns } from './columns.js';

export const transferCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Transfers that wait, from you and to you',
    request: () => ({ method: 'GET', path: '/transfers' }),
    shows: columns('transferId:id', 'kind', 'name', 'from.name:from', 'to.name:to', 'state', 'expiresAt'),
  },
  ...(['accept', 'decline', 'cancel'] as const).map((verb): ApiCommand => ({
    usage: `${verb} <id>`,
    describe: { accept: 'Take it over', decline: 'Say no', cancel: 'Keep it after all' }[verb],
    request: (typed) => ({ method: 'POST', path: path`/transfers/${typed.text('id')}/${verb}` }),
    shows: { said: { accept: 'It is yours.', decline: 'Declined.', cancel: 'Cancelled.' }[verb] },
  })),
];
