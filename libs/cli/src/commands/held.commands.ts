import { path } from '../api/api-client.js';
import type { ApiCommand } from './described-command.js';
import { columns } from './columns.js';
import { heldText } from './held-text.js';

export const heldCommands: readonly ApiCommand[] = [
  {
    usage: 'list',
    describe: 'Releases that wait and that you may review',
    request: () => ({ method: 'GET', path: '/held-releases' }),
    shows: columns('releaseId:id', 'purl', 'state', 'publishedBy:by', 'submittedAt'),
  },
  {
    usage: 'view <id>',
    aliases: ['show <id>'],
    describe: 'One of them, with its reasons and its files',
    request: (typed) => ({ method: 'GET', path: path`/held-releases/${typed.text('id')}` }),
    shows: { text: heldText },
  },
  ...(['approve', 'reject'] as const).map((verb): ApiCommand => ({
    usage: `${verb} <id>`,
    describe: { approve: 'Publish it', reject: 'Refuse it for good' }[verb],
    options: {
      reason: { type: 'string', demandOption: true, describe: 'Why: for its publisher, and for the audit log' },
    },
    request: (typed) => ({
      method: 'POST',
      path: path`/held-releases/${typed.text('id')}/${verb}`,
      body: { reason: typed.text('reason') },
    }),
    shows: { said: { approve: 'Approved.', reject: 'Rejected.' }[verb] },
  })),
  {
    usage: 'rescan <id>',
    describe: 'Have it scanned again',
    request: (typed) => ({ method: 'POST', path: path`/held-releases/${typed.text('id')}/rescan` }),
    shows: { said: 'It is scanned again.' },
  },
];
