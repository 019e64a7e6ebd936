import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { given } from './arguments.js';
import { columns } from './columns.js';

export const jobCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Work in the background, and what got stuck',
    options: { kind: { choices: ['dead-letter', 'run', 'scan'], describe: 'Only these' } },
    request: (typed) => ({ method: 'GET', path: '/jobs', query: given({ kind: typed.optional('kind') }) }),
    shows: columns('jobId:id', 'state', 'service', 'event.type:event', 'purl', 'repository', 'error', 'since'),
  },
  {
    usage: 'retry <id>',
    describe: 'Try one again that got stuck',
    request: (typed) => ({ method: 'POST', path: path`/jobs/${typed.text('id')}/retry` }),
    shows: { said: 'It is tried again.' },
  },
];
