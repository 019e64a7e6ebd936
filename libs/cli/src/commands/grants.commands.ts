import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { type Arguments, given } from './arguments.js';
import { columns } from './columns.js';

const to = {
  team: { type: 'string', describe: 'A team' },
  user: { type: 'string', describe: 'A person, who need not be a member' },
  'service-account': { type: 'string', describe: 'A service account' },
} as const;

const on = {
  repository: { type: 'string', describe: 'On a repository; with --package on one of its packages' },
  package: { type: 'string', describe: 'On a package: pkg:npm/left-pad' },
  pattern: { type: 'string', describe: 'On packages that are called so: npm/@acme/*' },
} as const;

export const grantCommands: readonly ApiCommand[] = [
  {
    usage: 'list <org>',
    describe: 'What teams, people and service accounts were given',
    request: (typed) => ({ method: 'GET', path: path`/orgs/${typed.text('org')}/grants` }),
    shows: columns('id', 'subject', 'on', 'role', 'actions'),
  },
  {
    usage: 'give <org>',
    describe: 'Give a role or actions on the organization, a repository, a package or a name pattern',
    options: {
      ...to,
      ...on,
      role: { choices: ['reader', 'publisher', 'maintainer', 'admin'] },
      action: { type: 'string', array: true, describe: 'Instead of a role: read, publish, …' },
    },
    request: (typed) => ({
      method: 'POST',
      path: path`/orgs/${typed.text('org')}/grants`,
      body: {
        subject: subjectOf(typed),
        on: placeOf(typed),
        ...given({ role: typed.optional('role'), actions: typed.list('action') }),
      },
    }),
    fields: {
      'body.subject': '--team, --user or --service-account',
      'body.on': '--repository, --package or --pattern',
      'body.role': '--role or --action',
      'body.actions': '--role or --action',
    },
    shows: 'thing',
  },
  {
    usage: 'take <org> <id>',
    describe: 'Take a grant back',
    request: (typed) => ({ method: 'DELETE', path: path`/orgs/${typed.text('org')}/grants/${typed.text('id')}` }),
    shows: { said: 'Taken back.' },
  },
];

function subjectOf(typed: Arguments): object {
  const account = typed.optional('service-account');
  return given({
    team: typed.optional('team'),
    user: typed.optional('user'),
    // Its whole name is of its organization: acme/ci.
    serviceAccount: account === undefined || account.includes('/') ? account : `${typed.text('org')}/${account}`,
  });
}

function placeOf(typed: Arguments): object {
  const [repository, packagePurl, pattern] = ['repository', 'package', 'pattern'].map((name) => typed.optional(name));
  if (packagePurl !== undefined) return given({ package: packagePurl, repository });
  if (pattern !== undefined) return given({ pattern, repository });
  return repository === undefined ? { organization: typed.text('org') } : { repository };
}
