import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';

export const invitationCommands: readonly ApiCommand[] = [
  {
    usage: 'list <org>',
    describe: 'Invitations that are open',
    request: (typed) => ({ method: 'GET', path: path`/orgs/${typed.text('org')}/invitations` }),
    shows: columns('id', 'username', 'email', 'role', 'expiresAt'),
  },
  {
    usage: 'mine',
    describe: 'Invitations to you',
    request: () => ({ method: 'GET', path: '/invitations' }),
    shows: columns('id', 'organization:org', 'role', 'expiresAt'),
  },
  {
    usage: 'create <org> [username]',
    describe: 'Invite somebody by name, or by e-mail',
    options: {
      email: { type: 'string' },
      role: { choices: ['owner', 'admin', 'member', 'auditor', 'reader'], default: 'member' },
      team: { type: 'string', array: true, describe: 'Teams to be in from the beginning' },
    },
    request: (typed) => ({
      method: 'POST',
      path: path`/orgs/${typed.text('org')}/invitations`,
      body: given({
        username: typed.optional('username'),
        email: typed.optional('email'),
        role: typed.optional('role'),
        teams: typed.list('team'),
      }),
    }),
    shows: 'thing',
  },
  {
    usage: 'revoke <org> <id>',
    describe: 'Take an invitation back',
    request: (typed) => ({ method: 'DELETE', path: path`/orgs/${typed.text('org')}/invitations/${typed.text('id')}` }),
    shows: { said: 'Revoked.' },
  },
  ...(['accept', 'decline'] as const).map((verb): ApiCommand => ({
    usage: `${verb} <id>`,
    describe: verb === 'accept' ? 'Join' : 'Say no',
    options: { secret: { type: 'string', describe: 'What is behind the # of the link in the mail' } },
    request: (typed) => ({
      method: 'POST',
      path: path`/invitations/${typed.text('id')}/${verb}`,
      body: given({ secret: typed.optional('secret') }),
    }),
    shows: { said: verb === 'accept' ? 'You are in.' : 'Declined.' },
  })),
];
