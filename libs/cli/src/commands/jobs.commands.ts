import { path } from '../api/api-client.js';
import type { ApiCommand } from './api-command.js';
import { columns } from './columns.js';

export const jobCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Work in the background, and what got stuck',
    request: () => ({ method: 'GET', path: '/jobs' }),
    shows: columns('jobId:id', 'kind', 'state', 'purl', 'repository', 'since'),
  },
  {
    usage: 'retry <id>',
    describe: 'Try one again that got stuck',
    request: (typed) => ({ method: 'POST', path: path`/jobs/${typed.text('id')}/retry` }),
    shows: { said: 'It is tried again.' },
  },
];
