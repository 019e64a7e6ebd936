/** Everything that can be allowed or refused. Routes, grants and token scopes speak these words and no others. */
export const actions = [
  'read',
  /** To hand in what others have to approve before it is published. Who may publish may that, too. */
  'stage',
  'publish',
  'metadata',
  'yank',
  'delete',
  'restore',
  'manage-access',
  'review-findings',
  'approve',
  'audit',
  'admin',
] as const;
export type Action = (typeof actions)[number];

export const roles = ['owner', 'admin', 'member', 'auditor', 'reader'] as const;
export type Role = (typeof roles)[number];

const actionsOfRole: Record<Role, readonly Action[]> = {
  owner: actions,
  admin: actions,
  member: ['read', 'stage', 'publish', 'metadata', 'yank', 'review-findings'],
  auditor: ['read', 'review-findings', 'audit'],
  reader: ['read'],
};

/** What plain members may do to the repositories of their organization, unless they were given more. */
export const basePermissions = ['none', 'read', 'publish'] as const;
export type BasePermission = (typeof basePermissions)[number];

/** What a member with this role may do in the organization and everything that it owns. */
export function actionsOf(role: Role): readonly Action[] {
  return actionsOfRole[role];
}

/** What the role gives on repositories and packages: for plain members and readers no more than the organization lets all do. */
export function actionsOnPackages(role: Role, base: BasePermission): readonly Action[] {
  if (base === 'publish' || (role !== 'member' && role !== 'reader')) return actionsOf(role);
  return base === 'read' ? ['read'] : [];
}
