import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { columns } from './columns.js';
import { expiryOf, wishFields } from './token-wish.js';

export const deployTokenCommands: readonly ApiCommand[] = [
  {
    usage: 'list <repository>',
    describe: 'Those of a repository',
    request: (typed) => ({ method: 'GET', path: '/deploy-tokens', query: { repository: typed.text('repository') } }),
    shows: columns('id', 'prefix', 'description', 'expiresAt', 'lastUsedAt'),
  },
  {
    usage: 'create <repository> <description>',
    describe: 'Make one; its text is shown once',
    options: {
      action: { type: 'string', array: true, demandOption: true, describe: 'read, publish, …' },
      days: { type: 'number', describe: 'Days until it expires' },
    },
    request: (typed) => ({
      method: 'POST',
      path: '/deploy-tokens',
      body: {
        repository: typed.text('repository'),
        description: typed.text('description'),
        actions: typed.list('action') ?? [],
        ...expiryOf(typed),
      },
    }),
    fields: wishFields,
    shows: 'thing',
  },
  {
    usage: 'revoke <repository> <id>',
    describe: 'End one, and what was made from it',
    request: (typed) => ({
      method: 'DELETE',
      path: path`/deploy-tokens/${typed.text('repository')}/${typed.text('id')}`,
    }),
    shows: { said: 'Revoked.' },
  },
];
