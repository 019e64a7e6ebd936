import { z } from 'zod';
import {
  grant,
  organizationId,
  packagePurl,
  principal,
  repositoryId,
  role,
  tokenScope,
  userId,
  visibility,
} from './nouns.js';
import { everyAdapter, requestType } from './request-type.js';

/** What clients do with accounts through the native protocols; `/api/v1` stands on the same use cases in auth. */

const username = z.string().min(1).max(200);
const clientAddress = z.string().max(100);
/** Of the second factor, or a recovery code: by who has one. Without: `unauthenticated` `login.second-factor-needed`. */
const code = z.string().max(200).exactOptional();

/** What a client that logs in through a browser is for: work with packages, or everything that its person may do. */
export const webLoginWish = z.enum(['packages', 'management']);
export type WebLoginWish = z.infer<typeof webLoginWish>;

/**
 * Begins a login that a person confirms in a browser (npm `POST /-/v1/login`). `loginPath` is a path of this installation
 * to open; `pollSecret` begins with `wb-`, so that every log masks it, and is known to the waiting client alone. Errors:
 * `limit` `auth.too-many-logins` with retryAfterSeconds.
 */
export const startWebLogin = requestType({
  subject: 'auth.web-login.start.v1',
  callers: [everyAdapter],
  request: z.object({ description: z.string().max(500), clientAddress }),
  reply: z.object({ loginPath: z.string(), pollSecret: z.string(), expiresAt: z.iso.datetime() }),
});

/** Asks whether the person has confirmed. One token is made; for a minute it is the answer again. Then, and after expiry, `gone`. */
export const pollWebLogin = requestType({
  subject: 'auth.web-login.poll.v1',
  callers: [everyAdapter],
  request: z.object({ pollSecret: z.string().max(200), clientAddress }),
  reply: z.discriminatedUnion('state', [
    z.object({ state: z.literal('pending'), retryAfterSeconds: z.int().positive() }),
    z.object({ state: z.literal('confirmed'), token: z.string(), username }),
    z.object({ state: z.literal('gone') }),
  ]),
});

const token = z.object({
  /** 32 hexadecimal digits; what `revokeTokenByKey` takes. */
  key: z.string(),
  /** The first characters of its text. */
  prefix: z.string(),
  description: z.string(),
  scopes: z.array(tokenScope),
  readOnly: z.boolean(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});

/** The working tokens of the caller, newest first. Errors: `unauthenticated`, `not-found` for a token without `read` on everything. */
export const listTokens = requestType({
  subject: 'auth.token.list.v1',
  callers: [everyAdapter],
  request: z.object({ principal }),
  reply: z.object({ tokens: z.array(token) }),
});

/**
 * A new token for the caller, who proves the password again; never wider than the credential that asks (security.md A4).
 * Without `packages` it reaches everything its owner does. Errors: `unauthenticated`, `forbidden` `token.beyond-ceiling`,
 * `invalid` `token.expiry`, `limit`.
 */
export const createToken = requestType({
  subject: 'auth.token.create.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    password: z.string().max(1000),
    code,
    description: z.string().max(500),
    readOnly: z.boolean(),
    expiresInDays: z.int().positive().max(3650).exactOptional(),
    packages: z.array(z.object({ repositoryId, packagePurl })).max(50).exactOptional(),
    clientAddress,
  }),
  reply: z.object({ text: z.string(), token }),
});

/**
 * Revokes a token of the caller's own by its key. False when there is none. Errors: `forbidden` `token.beyond-ceiling` for
 * a token that would revoke one that may do more than itself.
 */
export const revokeTokenByKey = requestType({
  subject: 'auth.token.revoke-by-key.v1',
  callers: [everyAdapter],
  request: z.object({ principal, key: z.string().max(200) }),
  reply: z.object({ revoked: z.boolean() }),
});

const profile = z.object({
  username,
  email: z.string().nullable(),
  fullName: z.string().nullable(),
  emailVerified: z.boolean().exactOptional(),
  /** Whether signing in asks for a second factor. */
  twoFactor: z.boolean().exactOptional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

/** Errors: `unauthenticated`. */
export const getProfile = requestType({
  subject: 'auth.profile.get.v1',
  callers: [everyAdapter],
  request: z.object({ principal }),
  reply: profile,
});

/**
 * Changes what is given. A changed password ends every session and every token but the one that asks (security.md A11).
 * Errors: `unauthenticated` for a wrong old password, `invalid` `user.email` | `password.length` | `user.full-name`,
 * `limit`; `forbidden` for a token without `metadata` on everything.
 */
export const updateProfile = requestType({
  subject: 'auth.profile.update.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    email: z.string().max(320).exactOptional(),
    fullName: z.string().max(200).exactOptional(),
    password: z.object({ old: z.string().max(1000), new: z.string().max(1000) }).exactOptional(),
    code,
    clientAddress,
  }),
  reply: profile,
});

/**
 * Begins to set up a second factor for the caller (npm profile enable-2fa), who proves the password. `otpauthUri` is shown
 * once; nothing asks for codes of it before `confirmTwoFactor`. Errors: `unauthenticated`, `conflict` `two-factor.enabled`,
 * `limit`; `forbidden` for a token without `metadata` on everything.
 */
export const beginTwoFactor = requestType({
  subject: 'auth.two-factor.begin.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    password: z.string().max(1000),
    code,
    /** The host by which the person knows this installation. */
    installation: z.string().max(300),
    clientAddress,
  }),
  reply: z.object({ otpauthUri: z.string() }),
});

/** The authenticator works. Errors: `conflict` `two-factor.not-begun` | `two-factor.enabled`, `invalid` `two-factor.wrong-code`. */
export const confirmTwoFactor = requestType({
  subject: 'auth.two-factor.confirm.v1',
  callers: [everyAdapter],
  request: z.object({ principal, code: z.string().max(200), clientAddress }),
  reply: z.object({ recoveryCodes: z.array(z.string()) }),
});

/** Idempotent. Errors: those of a login. */
export const disableTwoFactor = requestType({
  subject: 'auth.two-factor.disable.v1',
  callers: [everyAdapter],
  request: z.object({ principal, password: z.string().max(1000), code, clientAddress }),
  reply: z.object({}),
});

/**
 * Whether a code of the caller's second factor, or a recovery code, goes with what they do with a token that a stolen one should
 * not do alone (security.md P8). A code is used up. `account`: whose token it is. `secondFactor`: `none` where that person has
 * none, so that nothing was asked. Errors: `unauthenticated` `login.second-factor-needed` | `login.second-factor-failed`, `limit`.
 */
export const proveSecondFactor = requestType({
  subject: 'auth.second-factor.prove.v1',
  callers: ['publish'],
  request: z.object({ principal, code, clientAddress }),
  reply: z.object({ account: z.enum(['person', 'service']), secondFactor: z.enum(['none', 'proven']) }),
});

/**
 * Whether those who have said yes to releases may still approve them, at the moment of the answer: who was suspended since, is no
 * person, or was given no `approve` there any more may not (security.md P8). As many answers as questions, in their order.
 */
export const confirmApprovers = requestType({
  subject: 'auth.approvers.confirm.v1',
  callers: ['publish'],
  request: z.object({
    approvals: z.array(z.object({ userId, organizationId, repositoryId, packagePurl, visibility })).min(1).max(1000),
  }),
  reply: z.object({ mayApprove: z.array(z.boolean()) }),
});

const inPackage = { principal, organizationId, repositoryId, packagePurl };

/**
 * Replaces the owners of a package (npm owner add | rm). Who may `manage-access` on it or owns it already may do that; the
 * last owner stays. Owners may publish, change metadata and manage owners, within the scopes of their tokens. Errors: `forbidden`, `not-found` `user.not-found`,
 * `invalid` `owners.empty`, `conflict` `owners.changed-meanwhile` when `expected` (the user names that were read) is given
 * and is not what is there.
 */
export const setPackageOwners = requestType({
  subject: 'auth.package-owners.set.v1',
  callers: [everyAdapter],
  request: z.object({
    ...inPackage,
    usernames: z.array(username).max(1000),
    expected: z.array(username).max(1000).exactOptional(),
  }),
  reply: z.object({ aggregateVersion: z.int().nonnegative(), usernames: z.array(username) }),
});

/** Who may do what with a package through role or ownership (npm access list collaborators). Needs `metadata`. */
export const listCollaborators = requestType({
  subject: 'auth.package-collaborator.list.v1',
  callers: [everyAdapter],
  request: z.object(inPackage),
  reply: z.object({ collaborators: z.array(z.object({ username, permission: z.enum(['read', 'write']) })) }),
});

/** Members of an organization by its name (npm org ls). Needs `read` on the organization. Errors: `not-found`. */
export const listMembers = requestType({
  subject: 'auth.organization-member.list.v1',
  callers: [everyAdapter],
  request: z.object({ principal, organization: z.string().max(100) }),
  reply: z.object({ members: z.array(z.object({ username, role })) }),
});

/**
 * Changes the role of a member, and invites who is none, with the same answer for a name that nobody has; an administrator of
 * the installation adds them at once (npm org set). `externalUrl`: for the link in the mail to who is invited. Needs
 * `manage-access`. Errors: those of the management API.
 */
export const setMember = requestType({
  subject: 'auth.organization-member.set.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    organization: z.string().max(100),
    username,
    role,
    externalUrl: z.string().max(2000).exactOptional(),
  }),
  reply: z.object({ members: z.int().nonnegative(), invited: z.boolean().exactOptional() }),
});

/** Idempotent. Errors: `conflict` for the last owner, `forbidden`, `not-found`. */
export const removeMember = requestType({
  subject: 'auth.organization-member.remove.v1',
  callers: [everyAdapter],
  request: z.object({ principal, organization: z.string().max(100), username }),
  reply: z.object({ removed: z.boolean() }),
});

const inTeam = { principal, organization: z.string().max(100), team: z.string().max(100) };

/** Teams of an organization that the caller may know of (npm team ls). Needs `read` on the organization. Errors: `not-found`. */
export const listTeams = requestType({
  subject: 'auth.team.list.v1',
  callers: [everyAdapter],
  request: z.object({ principal, organization: z.string().max(100) }),
  reply: z.object({ teams: z.array(z.string()) }),
});

/** Makes a team (npm team create). Needs `manage-access` on the organization. Errors: `invalid` `slug.malformed`, `conflict` `team.name-taken`. */
export const createTeam = requestType({
  subject: 'auth.team.create.v1',
  callers: [everyAdapter],
  request: z.object({ ...inTeam, description: z.string().max(1000).exactOptional() }),
  reply: z.object({ team: z.string() }),
});

/** Deletes a team with what was given to it (npm team destroy). Needs `manage-access`. Errors: `not-found`, `forbidden`. */
export const deleteTeam = requestType({
  subject: 'auth.team.delete.v1',
  callers: [everyAdapter],
  request: z.object(inTeam),
  reply: z.object({ deleted: z.literal(true) }),
});

/** Errors: `not-found` for a team that the caller may not know of. */
export const listTeamMembers = requestType({
  subject: 'auth.team-member.list.v1',
  callers: [everyAdapter],
  request: z.object(inTeam),
  reply: z.object({ members: z.array(username) }),
});

/** Puts a member of the organization into a team (npm team add). Needs `manage-access`, or to maintain the team. Idempotent. */
export const addTeamMember = requestType({
  subject: 'auth.team-member.add.v1',
  callers: [everyAdapter],
  request: z.object({ ...inTeam, username }),
  reply: z.object({ added: z.literal(true) }),
});

/** Takes somebody out of a team (npm team rm). Needs what adding does; nothing, for oneself. Idempotent. */
export const removeTeamMember = requestType({
  subject: 'auth.team-member.remove.v1',
  callers: [everyAdapter],
  request: z.object({ ...inTeam, username }),
  reply: z.object({ removed: z.boolean() }),
});

const teamOnPackage = { ...inTeam, organizationId, repositoryId, slug: z.string().max(64), visibility, packagePurl };

/**
 * Gives a team exactly this on a package, whatever it had on it (npm access grant): `write` is to publish and to describe.
 * Needs `manage-access` on the package and everything that is given. Errors: `not-found` for a team or a package that the caller
 * may not know of, also where the organization does not own the repository; `forbidden` `grant.beyond-own`.
 */
export const grantTeamPackage = requestType({
  subject: 'auth.team-grant.set.v1',
  callers: [everyAdapter],
  request: z.object({ ...teamOnPackage, permission: z.enum(['read', 'write']) }),
  reply: z.object({ granted: z.literal(true) }),
});

/** Takes what a team has on a package (npm access revoke). False where it had nothing. Errors: as for giving it. */
export const revokeTeamPackage = requestType({
  subject: 'auth.team-grant.remove.v1',
  callers: [everyAdapter],
  request: z.object(teamOnPackage),
  reply: z.object({ revoked: z.boolean() }),
});

/** What a team has on a repository and in it, on anything of the organization included (npm access list packages). Errors: `not-found`. */
export const listTeamGrants = requestType({
  subject: 'auth.team-grant.list.v1',
  callers: [everyAdapter],
  request: z.object({ ...inTeam, repositoryId }),
  reply: z.object({ grants: z.array(grant).max(10_000) }),
});
