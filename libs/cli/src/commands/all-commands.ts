import type { CommandModule } from 'yargs';
import { ciModule } from '../ci/ci.commands.js';
import { loginModules } from '../login/login.commands.js';
import { setupModule } from '../setup/setup.command.js';
import type { OpenSession } from './api-command.js';
import type { ApiCommand } from './described-command.js';
import { commandModule, nounModule } from './api-command.js';
import { auditModule } from './audit.commands.js';
import { deployTokenCommands } from './deploy-tokens.commands.js';
import { grantCommands } from './grants.commands.js';
import { groupMappingCommands } from './group-mappings.commands.js';
import { heldCommands } from './held.commands.js';
import { invitationCommands } from './invitations.commands.js';
import { issuerCommands } from './issuers.commands.js';
import { jobCommands } from './jobs.commands.js';
import { memberCommands } from './members.commands.js';
import { namespaceCommands } from './namespaces.commands.js';
import { orgCommands } from './orgs.commands.js';
import { packageCommands } from './packages.commands.js';
import { releasePolicyCommands, stagingPolicyCommands } from './policies.commands.js';
import { publisherCommands } from './publishers.commands.js';
import { rawModule } from './raw.command.js';
import { repoCommands } from './repos.commands.js';
import { serviceAccountCommands } from './service-accounts.commands.js';
import { stagedCommands } from './staged.commands.js';
import { teamCommands } from './teams.commands.js';
import { tokenCommands } from './tokens.commands.js';
import { transferCommands } from './transfers.commands.js';
import { userCommands } from './users.commands.js';
import { webhookCommands } from './webhooks.commands.js';

/** The commands that are one request each, by their noun. */
export const nouns: readonly {
  readonly noun: string;
  readonly describe: string;
  readonly commands: readonly ApiCommand[];
}[] = [
  { noun: 'orgs', describe: 'Organizations', commands: orgCommands },
  { noun: 'members', describe: 'Members of an organization', commands: memberCommands },
  { noun: 'teams', describe: 'Teams and who is in them', commands: teamCommands },
  { noun: 'grants', describe: 'Who may do what', commands: grantCommands },
  { noun: 'invitations', describe: 'Invitations to an organization', commands: invitationCommands },
  { noun: 'service-accounts', describe: 'Accounts for machines', commands: serviceAccountCommands },
  { noun: 'group-mappings', describe: 'What groups of your sign-on give', commands: groupMappingCommands },
  { noun: 'users', describe: 'People', commands: userCommands },
  { noun: 'tokens', describe: 'Your tokens', commands: tokenCommands },
  { noun: 'deploy-tokens', describe: 'Tokens that belong to a repository', commands: deployTokenCommands },
  { noun: 'repos', describe: 'Repositories', commands: repoCommands },
  { noun: 'packages', describe: 'Packages and their releases', commands: packageCommands },
  { noun: 'namespaces', describe: 'Names that belong to an organization', commands: namespaceCommands },
  { noun: 'transfers', describe: 'What waits to change hands', commands: transferCommands },
  { noun: 'publishers', describe: 'Whose CI publishes without a secret', commands: publisherCommands },
  { noun: 'issuers', describe: 'Issuers of ID tokens that publishers can be about', commands: issuerCommands },
  {
    noun: 'release-policy',
    describe: 'What a repository asks of the way that releases come',
    commands: releasePolicyCommands,
  },
  { noun: 'staging-policy', describe: 'What a repository asks of what is staged', commands: stagingPolicyCommands },
  { noun: 'staged', describe: 'Releases that wait for approval', commands: stagedCommands },
  { noun: 'held', describe: 'Releases that wait for a person', commands: heldCommands },
  { noun: 'webhooks', describe: 'Who is told what happens', commands: webhookCommands },
  { noun: 'jobs', describe: 'What runs in the background, for operators', commands: jobCommands },
];

/** Every command there is. */
export function allCommands(open: OpenSession): readonly CommandModule[] {
  return [
    ...loginModules(open),
    ...nouns.map(({ noun, describe, commands }) =>
      nounModule({ noun, describe, commands: commands.map((command) => commandModule(command, open)) }),
    ),
    ciModule(open),
    auditModule(open),
    setupModule(open),
    rawModule(open),
  ];
}
