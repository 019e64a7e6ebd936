import { path } from '../api/api-client.js';
import type { ApiCommand } from './api-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';

export const namespaceCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Names that organizations have claimed',
    options: { org: { type: 'string' } },
    request: (typed) => ({ method: 'GET', path: '/namespaces', query: given({ org: typed.optional('org') }) }),
    shows: columns('id', 'ecosystem', 'pattern', 'organization:org', 'state'),
  },
  {
    usage: 'claim <org> <ecosystem> <pattern>',
    describe: 'Claim a name or a family of names: claim acme npm @acme',
    request: (typed) => ({
      method: 'POST',
      path: '/namespaces',
      body: {
        organization: typed.text('org'),
        ecosystem: typed.text('ecosystem'),
        pattern: typed.text('pattern'),
      },
    }),
    shows: 'thing',
  },
  {
    usage: 'verify <id>',
    describe: 'Look for the proof, or say as an administrator that it is true',
    options: { method: { choices: ['dns', 'admin'], default: 'dns' } },
    request: (typed) => ({
      method: 'POST',
      path: path`/namespaces/${typed.text('id')}/verify`,
      body: { method: typed.text('method') },
    }),
    shows: 'thing',
  },
  {
    usage: 'release <id>',
    describe: 'Give it up',
    request: (typed) => ({ method: 'DELETE', path: path`/namespaces/${typed.text('id')}` }),
    confirms: () => 'Give it up? Others may claim it then.',
    shows: { said: 'Given up.' },
  },
];
