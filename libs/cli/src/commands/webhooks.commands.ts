import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';

export const webhookCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Webhooks of an organization or a repository',
    options: { org: { type: 'string' }, repository: { type: 'string' } },
    request: (typed) => ({
      method: 'GET',
      path: '/webhooks',
      query: given({ org: typed.optional('org'), repository: typed.optional('repository') }),
    }),
    shows: columns('id', 'url', 'eventTypes:events', 'active', 'circuit.state:circuit'),
  },
  {
    usage: 'create <address>',
    describe: 'Have events sent there; the secret is shown once',
    options: {
      org: { type: 'string' },
      repository: { type: 'string' },
      event: { type: 'string', array: true, describe: 'Types of events; all, unless given' },
    },
    request: (typed) => ({
      method: 'POST',
      path: '/webhooks',
      query: given({ org: typed.optional('org'), repository: typed.optional('repository') }),
      body: given({ url: typed.text('address'), eventTypes: typed.list('event') }),
    }),
    shows: 'thing',
  },
  {
    usage: 'delete <id>',
    describe: 'Send nothing there any more',
    request: (typed) => ({ method: 'DELETE', path: path`/webhooks/${typed.text('id')}` }),
    shows: { said: 'Deleted.' },
  },
  {
    usage: 'deliveries <id>',
    describe: 'What was sent, and what came back',
    request: (typed) => ({ method: 'GET', path: path`/webhooks/${typed.text('id')}/deliveries` }),
    shows: columns('id', 'eventType:event', 'state', 'attempts', 'createdAt'),
  },
  {
    usage: 'redeliver <id> <delivery>',
    describe: 'Send one again',
    request: (typed) => ({
      method: 'POST',
      path: path`/webhooks/${typed.text('id')}/deliveries/${typed.text('delivery')}/redeliver`,
    }),
    shows: { said: 'It is sent again.' },
  },
  {
    usage: 'ping <id>',
    describe: 'Send it an event that says nothing, to try it',
    request: (typed) => ({ method: 'POST', path: path`/webhooks/${typed.text('id')}/ping` }),
    shows: { said: 'Sent. What came back: waybill webhooks deliveries <id>' },
  },
  {
    usage: 'rotate-secret <id>',
    describe: 'Sign with a new secret, which is shown once; the old one is good for some hours',
    options: { hours: { type: 'number', describe: 'For how long both sign' } },
    request: (typed) => ({
      method: 'POST',
      path: path`/webhooks/${typed.text('id')}/rotate-secret`,
      body: given({ overlapHours: typed.number('hours') }),
    }),
    shows: 'thing',
  },
];
