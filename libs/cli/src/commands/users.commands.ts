import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';
import { secondFactorOption } from './second-factor.js';

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
    usage: 'create <username>',
    describe: 'Make an account; its first password is asked for, or read from standard input',
    options: {
      email: { type: 'string' },
      admin: { type: 'boolean', describe: 'Administrator of the installation' },
      ...secondFactorOption,
    },
    provesPerson: true,
    secret: { name: 'password', question: 'First password' },
    request: (typed) => ({
      method: 'POST',
      path: '/users',
      body: given({
        username: typed.text('username'),
        password: typed.text('password'),
        email: typed.optional('email'),
        installationAdmin: typed.flag('admin'),
        code: typed.optional('code'),
      }),
    }),
    shows: 'thing',
  },
  {
    usage: 'set-password <username>',
    describe: 'Set a password, asked for or read from standard input; ends all that somebody has open',
    options: secondFactorOption,
    provesPerson: true,
    secret: { name: 'password', question: 'New password' },
    request: (typed) => ({
      method: 'PUT',
      path: path`/users/${typed.text('username')}/password`,
      body: given({ newPassword: typed.text('password'), code: typed.optional('code') }),
    }),
    shows: { said: 'Changed.' },
  },
  {
    usage: 'reset-link <username>',
    describe: 'A link, good once, by which somebody sets a password',
    options: secondFactorOption,
    provesPerson: true,
    request: (typed) => ({
      method: 'POST',
      path: path`/users/${typed.text('username')}/password-reset`,
      body: given({ code: typed.optional('code') }),
    }),
    confirms: (typed) => `Whoever has the link becomes ${typed.text('username')}. Make one?`,
    shows: 'thing',
  },
  ...(['promote', 'demote'] as const).map((verb): ApiCommand => ({
    usage: `${verb} <username>`,
    describe: { promote: 'Make somebody an administrator of the installation', demote: 'And no more' }[verb],
    options: secondFactorOption,
    provesPerson: true,
    request: (typed) => ({
      method: 'PUT',
      path: path`/users/${typed.text('username')}/installation-admin`,
      body: given({ installationAdmin: verb === 'promote', code: typed.optional('code') }),
    }),
    confirms: (typed) =>
      verb === 'promote'
        ? `Let ${typed.text('username')} do everything here?`
        : `Take administration from ${typed.text('username')}?`,
    shows: { said: { promote: 'An administrator now.', demote: 'No administrator any more.' }[verb] },
  })),
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
