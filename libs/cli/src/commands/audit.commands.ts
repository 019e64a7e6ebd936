import { Readable } from 'node:stream';
import type { Argv, CommandModule } from 'yargs';
import { errorOfAnswer } from '../api/problem.js';
import { listAuditModule } from '../audit/list.command.js';
import { keysOfInstallation } from '../audit/verification-keys.js';
import { verifyAuditModule } from '../audit/verify.command.js';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import { mustBeNew, writeNewFile } from '../files/own-files.js';
import type { Terminal } from '../terminal.js';
import { escapedJson, visibleLines } from '../terminal.js';
import type { OpenSession } from './api-command.js';
import type { ApiCommand } from './described-command.js';
import { commandModule, nounModule } from './api-command.js';
import { Arguments, given } from './arguments.js';
import { columns } from './columns.js';

const keysCommand: ApiCommand = {
  usage: 'keys',
  describe: 'The public keys that verify exports, newest first',
  request: () => ({ method: 'GET', path: '/audit/keys' }),
  shows: columns('name', 'publicKey', 'createdAt', 'retiredAt'),
};

const rotateKeyCommand: ApiCommand = {
  usage: 'rotate-key <replaces>',
  describe: 'Have another key sign from now on instead of the one named; older exports still verify',
  request: (typed) => ({ method: 'POST', path: '/audit/keys', body: { replaces: typed.text('replaces') } }),
  confirms: () => 'Exports will say that the key of before endorsed the new one: kept keys still verify. Rotate?',
  shows: 'thing',
};

/** `waybill audit`: look at it, take it home, and check what was taken home. */
export function auditModule(open: OpenSession): CommandModule {
  const commands = [
    listAuditModule(open),
    keysModule(open),
    commandModule(rotateKeyCommand, open),
    exportModule(open),
    verifyAuditModule(open),
  ];
  return nounModule({ noun: 'audit', describe: 'The audit log', commands });
}

function keysModule(open: OpenSession): CommandModule {
  const list = commandModule(keysCommand, open);
  return {
    ...list,
    builder: (argv: Argv) =>
      argv.option('out', {
        type: 'string',
        describe: 'Write them to a file that is not there yet, for audit verify --key',
      }),
    handler: async (typed) => {
      const file = new Arguments(typed).optional('out');
      if (file === undefined) return list.handler(typed);
      await mustBeNew(file);
      const session = open(typed);
      const keys = await keysOfInstallation(session);
      await writeNewFile(file, Readable.from(keys.map(({ publicKey }) => `${publicKey}\n`)));
      session.terminal.err(`Written to ${file}. Keep it where nobody who could change the audit log can change it.\n`);
    },
  };
}

function exportModule(open: OpenSession): CommandModule {
  return {
    command: 'export [org]',
    describe: 'Write all of it to standard output or a file, with what verifies it',
    builder: (argv: Argv) =>
      argv
        .positional('org', { type: 'string' })
        .option('format', { choices: ['ndjson', 'csv', 'cloudevents'], default: 'ndjson' })
        .option('out', { type: 'string', describe: 'A file that is not there yet' }),
    handler: async (given_) => {
      const typed = new Arguments(given_);
      const session = open(given_);
      const file = typed.optional('out');
      if (file !== undefined) await mustBeNew(file);
      const query = given({ org: typed.optional('org'), format: typed.text('format') });
      const request = { method: 'GET', path: '/audit/export', query, accept: '*/*' } as const;
      const response = await (await session.api()).fetch(request);
      if (!response.ok) throw errorOfAnswer(response.status, await response.json().catch(() => undefined), request);
      if (response.body === null) throw new CliError('The server sent nothing.', exitCodes.failure);
      if (file === undefined) {
        const shown = shownAs(typed.text('format'), session.terminal);
        for await (const text of response.body.pipeThrough(new TextDecoderStream())) session.terminal.out(shown(text));
      } else {
        await writeNewFile(file, Readable.fromWeb(response.body as never));
        session.terminal.err(`Written to ${file}.\n`);
      }
    },
  };
}

/** Every byte of an export counts when it is verified: it is changed only where somebody looks at it. */
function shownAs(format: string, terminal: Terminal): (text: string) => string {
  if (!terminal.isScreen) return (text) => text;
  return format === 'csv' ? visibleLines : escapedJson;
}
