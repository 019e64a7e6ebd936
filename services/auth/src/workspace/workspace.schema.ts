import { z } from 'zod';
import { invitationView, viewOfInvitation } from '../invitations/invitations.schema.js';
import { capabilitiesIn } from '../organizations/organization.rules.js';
import { capabilitiesView } from '../organizations/organizations.schema.js';
import type { Workspace } from './workspace.service.js';

/** The first ones; `more` when there are further ones, which the list of that noun has. */
function firstOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), more: z.boolean() });
}

const organizationInWorkspace = z.object({
  id: z.uuid(),
  name: z.string(),
  displayName: z.string().nullable(),
  twoFactorRequired: z.boolean(),
  capabilities: capabilitiesView,
});

const teamInWorkspace = z.object({
  organization: z.string(),
  name: z.string(),
  displayName: z.string().nullable(),
  maintainer: z.boolean(),
});

export const workspaceView = z.object({
  username: z.string(),
  installationAdmin: z.boolean(),
  organizations: firstOf(organizationInWorkspace),
  teams: firstOf(teamInWorkspace),
  invitations: firstOf(invitationView),
  /** How many tokens work, and how many of those end within 14 days. */
  tokens: z.object({ working: z.int(), expiringSoon: z.int() }),
});
export type WorkspaceView = z.infer<typeof workspaceView>;

export function viewOfWorkspace({ caller, organizations, teams, invitations, tokens }: Workspace): WorkspaceView {
  const { username, installationAdmin } = caller;
  return {
    username,
    installationAdmin,
    organizations: {
      items: organizations.items.map((organization) => {
        const { organizationId: id, name, displayName, twoFactorRequired } = organization;
        const { may, role, organization: on, packages } = capabilitiesIn(caller, organization);
        const capabilities = { role, organization: [...on], packages: [...packages], may };
        return { id, name, displayName, twoFactorRequired, capabilities };
      }),
      more: organizations.more,
    },
    teams: { items: [...teams.items], more: teams.more },
    invitations: { items: invitations.items.map(viewOfInvitation), more: invitations.more },
    tokens,
  };
}
