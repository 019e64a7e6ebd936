import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';

export const namespaceCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Names that organizations have claimed',
    options: { org: { type: 'string' } },
    request: (typed) => ({ method: 'GET', path: '/namespaces', query: given({ org: typed.optional('org') }) }),
    shows: columns('namespaceId:id', 'ecosystem', 'kind', 'pattern', 'state'),
  },
  {
    usage: 'claim <org> <ecosystem> <kind> <pattern>',
    describe: 'Claim a name or a family of names: claim acme npm scope @acme',
    options: { domain: { type: 'string', describe: 'A domain that proves it, by a TXT record' } },
    request: (typed) => ({
      method: 'POST',
      path: '/namespaces',
      body: given({
        organization: typed.text('org'),
        ecosystem: typed.text('ecosystem'),
        kind: typed.text('kind'),
        pattern: typed.text('pattern'),
        domain: typed.optional('domain'),
      }),
    }),
    shows: 'thing',
  },
  {
    usage: 'verify <id>',
    describe: 'Look for what proves it: a TXT record, or a repository at a forge',
    options: {
      domain: { type: 'string', describe: 'The domain, where none was named' },
      forge: { type: 'string', describe: 'Instead of a domain, an owner at a forge: github.com/acme' },
    },
    request: (typed) => ({
      method: 'POST',
      path: path`/namespaces/${typed.text('id')}/verify`,
      body: given({ domain: typed.optional('domain'), forge: typed.optional('forge') }),
    }),
    shows: 'thing',
  },
  {
    usage: 'approve <id>',
    describe: 'Say as an administrator of the installation that it is theirs',
    request: (typed) => ({ method: 'POST', path: path`/namespaces/${typed.text('id')}/approve` }),
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
