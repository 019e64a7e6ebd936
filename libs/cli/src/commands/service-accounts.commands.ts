import { path } from '../api/api-client.js';
import type { ApiCommand } from './api-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';

export const serviceAccountCommands: readonly ApiCommand[] = [
  {
    usage: 'list <org>',
    describe: 'Service accounts of an organization',
    request: (typed) => ({ method: 'GET', path: path`/orgs/${typed.text('org')}/service-accounts` }),
    shows: columns('name', 'description', 'suspended', 'createdAt'),
  },
  {
    usage: 'create <org> <name>',
    describe: 'Make one; it may do nothing before it is given something',
    options: { description: { type: 'string' } },
    request: (typed) => ({
      method: 'POST',
      path: path`/orgs/${typed.text('org')}/service-accounts`,
      body: given({ name: typed.text('name'), description: typed.optional('description') }),
    }),
    shows: 'thing',
  },
  {
    usage: 'delete <org> <name>',
    describe: 'End it and all its tokens',
    request: (typed) => ({
      method: 'DELETE',
      path: path`/orgs/${typed.text('org')}/service-accounts/${typed.text('name')}`,
    }),
    confirms: (typed) => `End ${typed.text('name')} and its tokens?`,
    shows: { said: 'Ended.' },
  },
  {
    usage: 'tokens <org> <name>',
    describe: 'Its tokens',
    request: (typed) => ({
      method: 'GET',
      path: path`/orgs/${typed.text('org')}/service-accounts/${typed.text('name')}/tokens`,
    }),
    shows: columns('id', 'prefix', 'description', 'expiresAt', 'lastUsedAt'),
  },
];
