import { path } from '../api/api-client.js';
import { type Arguments, given } from './arguments.js';
import { columns } from './columns.js';
import type { ApiCommand } from './described-command.js';
import { publisherText } from './publisher-text.js';
import { checkWhose, rulesOf, whose } from './publisher-whose.js';

const on = {
  repository: { type: 'string', describe: 'The repository to publish to; alone: everything in it' },
  package: { type: 'string', describe: 'A package in it, which need not exist yet: pkg:npm/left-pad' },
  pattern: { type: 'string', describe: 'Packages that are called so: npm/@acme/*' },
} as const;

const narrower = {
  environment: { type: 'string', describe: 'Only jobs in this environment' },
  ref: { type: 'string', array: true, describe: 'Only from refs that look so: refs/tags/v*' },
  'protected-ref': { type: 'boolean', describe: 'Only from protected branches and tags' },
  event: { type: 'string', array: true, describe: 'Only started by this: push, release, …' },
  runner: { choices: ['hosted', 'self-hosted', 'any'], describe: 'Only on such machines' },
} as const;

export const publisherCommands: readonly ApiCommand[] = [
  {
    usage: 'list <org>',
    describe: 'Whose CI may publish what',
    options: { repository: { type: 'string' }, package: { type: 'string' }, issuer: { type: 'string' } },
    request: (typed) => ({
      method: 'GET',
      path: path`/orgs/${typed.text('org')}/trusted-publishers`,
      query: given({
        repository: typed.optional('repository'),
        package: typed.optional('package'),
        issuer: typed.optional('issuer'),
      }),
    }),
    shows: columns('id', 'provider', 'rule.conditions:whose', 'on', 'actions', 'lastUsedAt'),
  },
  {
    usage: 'view <org> <id>',
    describe: 'One of them, with what is pinned and what you should know',
    request: (typed) => ({
      method: 'GET',
      path: path`/orgs/${typed.text('org')}/trusted-publishers/${typed.text('id')}`,
    }),
    shows: { text: publisherText },
  },
  {
    usage: 'add <org>',
    describe: 'Let a CI publish without a secret',
    options: {
      ...whose,
      ...on,
      ...narrower,
      action: {
        type: 'string',
        array: true,
        describe: 'publish (unless said), stage, metadata, yank, read, delete, restore',
      },
    },
    checks: checkWhose,
    request: (typed) => ({
      method: 'POST',
      path: path`/orgs/${typed.text('org')}/trusted-publishers`,
      body: {
        ...rulesOf(typed),
        on: placeOf(typed),
        ...given({
          environment: typed.optional('environment'),
          refs: typed.list('ref'),
          requireProtectedRef: typed.flag('protected-ref'),
          events: typed.list('event'),
          runner: typed.optional('runner'),
          actions: typed.list('action'),
        }),
      },
    }),
    fields: {
      'body.on': '--repository, --package or --pattern',
      'body.actions': '--action',
      'body.refs': '--ref',
      'body.events': '--event',
      'body.requireProtectedRef': '--protected-ref',
    },
    shows: { text: publisherText },
  },
  {
    usage: 'remove <org> <id>',
    describe: 'End one, and the tokens that were made for it',
    request: (typed) => ({
      method: 'DELETE',
      path: path`/orgs/${typed.text('org')}/trusted-publishers/${typed.text('id')}`,
    }),
    confirms: (typed) => `End the trusted publisher ${typed.text('id')}?`,
    shows: { said: 'It publishes no more.' },
  },
];

function placeOf(typed: Arguments): object {
  const repository = typed.optional('repository');
  const pattern = typed.optional('pattern');
  if (pattern !== undefined) return given({ pattern, repository });
  return given({ repository, package: typed.optional('package') });
}
