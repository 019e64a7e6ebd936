import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { columns } from './columns.js';

const roles = ['owner', 'admin', 'member', 'auditor', 'reader'] as const;

export const memberCommands: readonly ApiCommand[] = [
  {
    usage: 'list <org>',
    describe: 'Who is in an organization',
    request: (typed) => ({ method: 'GET', path: path`/orgs/${typed.text('org')}/members` }),
    shows: columns('username', 'role'),
  },
  {
    usage: 'add <org> <username>',
    describe: 'Invite somebody; an administrator of the installation makes them a member at once',
    options: { role: { choices: roles, default: 'member' } },
    request: (typed) => ({
      method: 'POST',
      path: path`/orgs/${typed.text('org')}/members`,
      body: { username: typed.text('username'), role: typed.text('role') },
    }),
    shows: 'thing',
  },
  {
    usage: 'set <org> <username> <role>',
    describe: 'Change a role',
    request: (typed) => ({
      method: 'PUT',
      path: path`/orgs/${typed.text('org')}/members/${typed.text('username')}`,
      body: { role: typed.text('role') },
    }),
    shows: { said: 'Changed.' },
  },
  {
    usage: 'remove <org> <username>',
    describe: 'Remove somebody, from all teams and grants as well',
    request: (typed) => ({
      method: 'DELETE',
      path: path`/orgs/${typed.text('org')}/members/${typed.text('username')}`,
    }),
    confirms: (typed) => `Remove ${typed.text('username')} from ${typed.text('org')}?`,
    shows: { said: 'Removed.' },
  },
];
