import { path } from '../api/api-client.js';
import type { ApiCommand } from './api-command.js';
import { columns } from './columns.js';

export const userCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'All people, for administrators of the installation',
    request: () => ({ method: 'GET', path: '/users' }),
    shows: columns('username', 'email', 'installationAdmin:admin', 'suspended', 'createdAt'),
  },
  {
    usage: 'view <username>',
    describe: 'One person',
    request: (typed) => ({ method: 'GET', path: path`/users/${typed.text('username')}` }),
    shows: 'thing',
  },
  {
    usage: 'suspend <username>',
    describe: 'End everything that somebody has open, and let them in no more',
    request: (typed) => ({
      method: 'PUT',
      path: path`/users/${typed.text('username')}/suspension`,
      body: { suspended: true },
    }),
    confirms: (typed) => `Suspend ${typed.text('username')}?`,
    shows: { said: 'Suspended.' },
  },
  {
    usage: 'unsuspend <username>',
    describe: 'Let somebody in again; what was ended stays ended',
    request: (typed) => ({
      method: 'PUT',
      path: path`/users/${typed.text('username')}/suspension`,
      body: { suspended: false },
    }),
    shows: { said: 'Let in again.' },
  },
];
