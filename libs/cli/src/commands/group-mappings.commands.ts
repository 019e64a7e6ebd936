import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';

export const groupMappingCommands: readonly ApiCommand[] = [
  {
    usage: 'list <org>',
    describe: 'What groups of sign-on providers give in an organization',
    request: (typed) => ({ method: 'GET', path: path`/orgs/${typed.text('org')}/group-mappings` }),
    shows: columns('id', 'provider', 'group', 'role', 'team', 'createdAt'),
  },
  {
    usage: 'create <org> <provider> <group> <role>',
    describe: 'Have a group give a role, and with --team a place in a team: create acme oidc engineering member',
    options: { team: { type: 'string' } },
    request: (typed) => ({
      method: 'POST',
      path: path`/orgs/${typed.text('org')}/group-mappings`,
      body: given({
        provider: typed.text('provider'),
        group: typed.text('group'),
        role: typed.text('role'),
        team: typed.optional('team'),
      }),
    }),
    shows: 'thing',
  },
  {
    usage: 'delete <org> <id>',
    describe: 'What the group has given ends with it',
    request: (typed) => ({
      method: 'DELETE',
      path: path`/orgs/${typed.text('org')}/group-mappings/${typed.text('id')}`,
    }),
    confirms: () => 'Whoever is there by this group alone goes. Delete the mapping?',
    shows: { said: 'Deleted.' },
  },
];
