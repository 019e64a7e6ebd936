import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';

export const repoCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Repositories that you may see',
    options: {
      org: { type: 'string' },
      deleted: { type: 'boolean', describe: 'Those that can be restored' },
    },
    request: (typed) => ({
      method: 'GET',
      path: '/repositories',
      query: given({ org: typed.optional('org'), deleted: typed.flag('deleted') }),
    }),
    shows: columns('slug', 'visibility', 'kind', 'archived', 'createdAt'),
  },
  {
    usage: 'view <slug>',
    describe: 'One repository',
    request: (typed) => ({ method: 'GET', path: path`/repositories/${typed.text('slug')}` }),
    shows: 'thing',
  },
  {
    usage: 'create <org> <slug>',
    describe: 'Make a repository',
    options: { visibility: { choices: ['public', 'internal', 'private', 'unlisted'], default: 'private' } },
    request: (typed) => ({
      method: 'POST',
      path: '/repositories',
      body: {
        slug: typed.text('slug'),
        organization: typed.text('org'),
        visibility: typed.text('visibility'),
      },
    }),
    shows: 'thing',
  },
  {
    usage: 'set <slug>',
    describe: 'Change who sees it, what it says of itself, or whether it is archived',
    options: {
      visibility: { choices: ['public', 'internal', 'private', 'unlisted'] },
      description: { type: 'string' },
      archived: { type: 'boolean', describe: 'Nothing is published or changed any more' },
    },
    request: (typed) => ({
      method: 'PATCH',
      path: path`/repositories/${typed.text('slug')}`,
      body: given({
        visibility: typed.optional('visibility'),
        description: typed.optional('description'),
        archived: typed.flag('archived'),
      }),
    }),
    shows: 'thing',
  },
  {
    usage: 'transfer <slug> <org>',
    describe: 'Give it to another organization, which may have to accept',
    request: (typed) => ({
      method: 'POST',
      path: path`/repositories/${typed.text('slug')}/transfer`,
      body: { to: typed.text('org') },
    }),
    confirms: (typed) => `Give ${typed.text('slug')} to ${typed.text('org')}? Everything given on it ends.`,
    shows: 'thing',
  },
  {
    usage: 'delete <slug>',
    describe: 'Delete it; for 30 days it can be restored, without what was given on it',
    request: (typed) => ({
      method: 'DELETE',
      path: path`/repositories/${typed.text('slug')}`,
      body: { confirm: typed.text('slug') },
    }),
    confirms: (typed) => `Delete ${typed.text('slug')} with all its packages? What was given on it ends for good.`,
    shows: { said: 'Deleted. It can be restored for 30 days, without the grants on it.' },
  },
  {
    usage: 'restore <slug>',
    describe: 'Bring it back as it was; grants on it do not come back',
    request: (typed) => ({ method: 'POST', path: path`/repositories/${typed.text('slug')}/restore` }),
    shows: 'thing',
  },
];
