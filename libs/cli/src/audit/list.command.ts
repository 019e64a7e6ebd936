import type { CommandModule } from 'yargs';
import type { OpenSession } from '../commands/api-command.js';
import type { ApiCommand } from '../commands/described-command.js';
import { commandModule, defaultRows } from '../commands/api-command.js';
import { Arguments, given } from '../commands/arguments.js';
import { columns } from '../commands/columns.js';
import { fieldNames } from '../commands/field-names.js';
import { showRows } from '../output/show.js';
import { AuditNames } from './audit-names.js';
import { auditRow } from './audit-row.js';

const listColumns = columns('position', 'at', 'actor', 'action', 'target', 'details', 'outcome', 'from');

const listCommand: ApiCommand = {
  usage: 'list [org]',
  describe: 'Who did what, newest first; of the installation itself without an organization',
  options: {
    actor: { type: 'string', describe: 'A username; user:<id> or token:<id>' },
    action: { type: 'string', describe: 'token.create, grant.give, …' },
    target: { type: 'string', describe: 'What it was done to: team:<id>, as --json shows it' },
    outcome: { choices: ['success', 'refused'] },
    since: { type: 'string', describe: 'ISO 8601' },
    until: { type: 'string', describe: 'ISO 8601' },
  },
  request: (typed) => ({
    method: 'GET',
    path: '/audit/events',
    query: given({
      org: typed.optional('org'),
      ...Object.fromEntries(
        ['actor', 'action', 'target', 'outcome', 'since', 'until'].map((name) => [name, typed.optional(name)]),
      ),
    }),
  }),
  shows: listColumns,
};

/** `waybill audit list`: with names for people, and with ids as they are for scripts. */
export function listAuditModule(open: OpenSession): CommandModule {
  return {
    ...commandModule(listCommand, open),
    handler: async (typed) => {
      const session = open(typed);
      const api = await session.api();
      const [org, actor] = [new Arguments(typed).optional('org'), new Arguments(typed).optional('actor')];
      const names = actor !== undefined || !session.flags.json ? await AuditNames.of(api, org) : undefined;
      const asked = { ...typed, ...(actor === undefined ? {} : { actor: await names?.actorOf(actor) }) };
      const request = { ...listCommand.request(new Arguments(asked)), nameOf: fieldNames(listCommand, typed) };
      const entries = api.items(request, new Arguments(typed).number('max') ?? defaultRows);
      await showRows(session, session.flags.json ? entries : rowsOf(entries, names), listColumns);
    },
  };
}

async function* rowsOf(entries: AsyncIterable<unknown>, names: AuditNames | undefined): AsyncGenerator {
  for await (const entry of entries) yield auditRow(entry, (text) => names?.text(text) ?? text);
}
