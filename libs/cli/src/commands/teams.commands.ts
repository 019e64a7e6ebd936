import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';

export const teamCommands: readonly ApiCommand[] = [
  {
    usage: 'list <org>',
    describe: 'Teams of an organization',
    request: (typed) => ({ method: 'GET', path: path`/orgs/${typed.text('org')}/teams` }),
    shows: columns('name', 'displayName', 'description'),
  },
  {
    usage: 'create <org> <team>',
    describe: 'Make a team',
    options: { description: { type: 'string' } },
    request: (typed) => ({
      method: 'POST',
      path: path`/orgs/${typed.text('org')}/teams`,
      body: given({ name: typed.text('team'), description: typed.optional('description') }),
    }),
    shows: 'thing',
  },
  {
    usage: 'delete <org> <team>',
    describe: 'Delete a team and what it was given',
    request: (typed) => ({ method: 'DELETE', path: path`/orgs/${typed.text('org')}/teams/${typed.text('team')}` }),
    confirms: (typed) => `Delete the team ${typed.text('team')}?`,
    shows: { said: 'Deleted.' },
  },
  {
    usage: 'members <org> <team>',
    describe: 'Who is in a team',
    request: (typed) => ({
      method: 'GET',
      path: path`/orgs/${typed.text('org')}/teams/${typed.text('team')}/members`,
    }),
    shows: columns('username', 'maintainer'),
  },
  {
    usage: 'add <org> <team> <username>',
    describe: 'Put somebody in a team',
    options: { maintainer: { type: 'boolean', describe: 'Who may add and remove members of the team' } },
    request: (typed) => ({
      method: 'PUT',
      path: path`/orgs/${typed.text('org')}/teams/${typed.text('team')}/members/${typed.text('username')}`,
      body: given({ maintainer: typed.flag('maintainer') }),
    }),
    shows: { said: 'Added.' },
  },
  {
    usage: 'remove <org> <team> <username>',
    describe: 'Take somebody out of a team',
    request: (typed) => ({
      method: 'DELETE',
      path: path`/orgs/${typed.text('org')}/teams/${typed.text('team')}/members/${typed.text('username')}`,
    }),
    shows: { said: 'Removed.' },
  },
];
