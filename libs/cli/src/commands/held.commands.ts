import { path } from '../api/api-client.js';
import type { ApiCommand } from './api-command.js';
import { columns } from './columns.js';

export const heldCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Releases that wait and that you may review',
    request: () => ({ method: 'GET', path: '/held-releases' }),
    shows: columns('releaseId:id', 'purl', 'state', 'publishedBy:by', 'submittedAt'),
  },
  {
    usage: 'view <id>',
    describe: 'One of them, with its reasons',
    request: (typed) => ({ method: 'GET', path: path`/held-releases/${typed.text('id')}` }),
    shows: 'thing',
  },
  ...(['approve', 'reject', 'rescan'] as const).map((verb): ApiCommand => ({
    usage: `${verb} <id>`,
    describe: { approve: 'Publish it', reject: 'Refuse it for good', rescan: 'Have it scanned again' }[verb],
    request: (typed) => ({ method: 'POST', path: path`/held-releases/${typed.text('id')}/${verb}` }),
    shows: { said: { approve: 'Approved.', reject: 'Rejected.', rescan: 'It is scanned again.' }[verb] },
  })),
];
