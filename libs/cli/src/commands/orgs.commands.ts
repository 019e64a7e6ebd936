import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';

const settings = {
  'display-name': { type: 'string', describe: 'Name for people' },
  description: { type: 'string' },
  'base-permission': { choices: ['none', 'read', 'publish'], describe: 'What plain members may do to packages' },
  'require-two-factor': { type: 'boolean', describe: 'Who has no second factor gets nothing' },
  'private-members': { type: 'boolean', describe: 'Members do not see each other' },
} as const;

export const orgCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Organizations that you may see',
    request: () => ({ method: 'GET', path: '/orgs' }),
    shows: columns('name', 'displayName', 'createdAt'),
  },
  {
    usage: 'view <org>',
    describe: 'One organization and its settings',
    request: (typed) => ({ method: 'GET', path: path`/orgs/${typed.text('org')}` }),
    shows: 'thing',
  },
  {
    usage: 'create <org>',
    describe: 'Make an organization',
    options: { owner: { type: 'string', describe: 'Username of its first owner; you, unless given' } },
    request: (typed) => ({
      method: 'POST',
      path: '/orgs',
      body: given({ name: typed.text('org'), owner: typed.optional('owner') }),
    }),
    shows: 'thing',
  },
  {
    usage: 'set <org>',
    describe: 'Change its settings',
    options: settings,
    request: (typed) => ({
      method: 'PATCH',
      path: path`/orgs/${typed.text('org')}`,
      body: given({
        displayName: typed.optional('display-name'),
        description: typed.optional('description'),
        basePermission: typed.optional('base-permission'),
        twoFactorRequired: typed.flag('require-two-factor'),
        privateMembers: typed.flag('private-members'),
      }),
    }),
    shows: 'thing',
  },
  {
    usage: 'transfer <org> <username>',
    describe: 'Make another member its owner',
    request: (typed) => ({
      method: 'POST',
      path: path`/orgs/${typed.text('org')}/transfer`,
      body: { username: typed.text('username') },
    }),
    confirms: (typed) => `Give ${typed.text('org')} to ${typed.text('username')}?`,
    shows: { said: 'It has a new owner.' },
  },
  {
    usage: 'delete <org>',
    describe: 'Delete an organization that owns nothing any more',
    request: (typed) => ({
      method: 'DELETE',
      path: path`/orgs/${typed.text('org')}`,
      body: { confirm: typed.text('org') },
    }),
    confirms: (typed) => `Delete ${typed.text('org')} for good?`,
    shows: { said: 'Deleted.' },
  },
  {
    usage: 'capabilities <org>',
    describe: 'What you may do there',
    request: (typed) => ({ method: 'GET', path: path`/orgs/${typed.text('org')}/capabilities` }),
    shows: 'thing',
  },
];
