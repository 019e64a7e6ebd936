/** Everything that can be allowed or refused. Routes, grants and token scopes speak these words and no others. */
export const actions = [
  'read',
  'publish',
  'metadata',
  'yank',
  'delete',
  'restore',
  'manage-access',
  'review-findings',
  'approve',
  'admin',
] as const;
export type Action = (typeof actions)[number];

export const roles = ['owner', 'admin', 'member', 'reader'] as const;
export type Role = (typeof roles)[number];

const actionsOfRole: Record<Role, readonly Action[]> = {
  owner: actions,
  admin: actions,
  member: ['read', 'publish', 'metadata', 'yank', 'review-findings'],
  reader: ['read'],
};

/** What a member with this role may do in the organization and everything that it owns. */
export function actionsOf(role: Role): readonly Action[] {
  return actionsOfRole[role];
}
