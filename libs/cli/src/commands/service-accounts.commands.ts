import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { type Arguments, given } from './arguments.js';
import { columns } from './columns.js';
import { expiryOf, wishFields } from './token-wish.js';

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
  {
    usage: 'create-token <org> <name> <description>',
    describe: 'Make a token for it; its text is shown once',
    options: {
      preset: { choices: ['read-only', 'publish', 'ci'], default: 'ci', describe: 'ci: read and publish' },
      repository: { type: 'string', describe: 'Only in this repository' },
      package: { type: 'string', describe: 'Only this package of --repository: pkg:npm/left-pad' },
      days: { type: 'number', describe: 'Days until it expires' },
    },
    request: (typed) => ({
      method: 'POST',
      path: path`/orgs/${typed.text('org')}/service-accounts/${typed.text('name')}/tokens`,
      body: {
        description: typed.text('description'),
        preset: typed.text('preset'),
        on: placeWithin(typed.text('org'), typed),
        ...expiryOf(typed),
      },
    }),
    fields: wishFields,
    shows: 'thing',
  },
  {
    usage: 'revoke-token <org> <name> <id>',
    describe: 'End one of its tokens and everything made from it',
    request: (typed) => ({
      method: 'DELETE',
      path: path`/orgs/${typed.text('org')}/service-accounts/${typed.text('name')}/tokens/${typed.text('id')}`,
    }),
    shows: { said: 'Revoked.' },
  },
];

function placeWithin(organization: string, typed: Arguments): object {
  const [repository, purl] = [typed.optional('repository'), typed.optional('package')];
  if (purl !== undefined) return { kind: 'package', ...given({ repository, purl }) };
  return repository === undefined ? { kind: 'organization', organization } : { kind: 'repository', repository };
}
