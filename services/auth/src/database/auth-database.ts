import { IdempotencyKeyEntity, IdempotencyKeysMigration } from '@waybill/management-api';
import { AuditEventEntity } from '@waybill/audit';
import { OutboxEntity, OutboxMigration } from '@waybill/messaging';
import type { DatabaseDefinition } from '@waybill/persistence';
import { DeployAccountEntity } from '../deploy-tokens/deploy-account.entity.js';
import { GrantEntity } from '../grants/grant.entity.js';
import { KnownRepositoryEntity } from '../known-repositories/known-repository.entity.js';
import { InheritedRoleEntity } from '../inherited-roles/inherited-role.entity.js';
import { InheritingPackageEntity } from '../inherited-roles/inheriting-package.entity.js';
import { KnownPackageEntity } from '../known-packages/known-package.entity.js';
import { InvitationEntity } from '../invitations/invitation.entity.js';
import { ExternalIdentityEntity } from '../external-identities/external-identity.entity.js';
import { FollowedMembershipEntity } from '../group-mappings/followed-membership.entity.js';
import { GroupMappingEntity } from '../group-mappings/group-mapping.entity.js';
import { MembershipEntity } from '../memberships/membership.entity.js';
import { OidcIssuerEntity } from '../oidc-issuers/oidc-issuer.entity.js';
import { OidcKeySetEntity } from '../oidc-issuers/oidc-key-set.entity.js';
import { OneTimeSecretEntity } from '../one-time-secrets/one-time-secret.entity.js';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { RetiredOrganizationEntity } from '../organizations/retired-organization.entity.js';
import { PackageOwnerEntity } from '../package-owners/package-owner.entity.js';
import { PackageOwnershipEntity } from '../package-owners/package-ownership.entity.js';
import { ServiceAccountEntity } from '../service-accounts/service-account.entity.js';
import { SessionEntity } from '../sessions/session.entity.js';
import { TeamMemberEntity } from '../teams/team-member.entity.js';
import { TeamEntity } from '../teams/team.entity.js';
import { OidcReplayEntity } from '../token-exchange/oidc-replay.entity.js';
import { TokenPolicyEntity } from '../token-policies/token-policy.entity.js';
import { TokenEntity } from '../tokens/token.entity.js';
import { TokenUseEntity } from '../tokens/token-use.entity.js';
import { TrustedPublisherTargetEntity } from '../trusted-publishers/trusted-publisher-target.entity.js';
import { TrustedPublisherEntity } from '../trusted-publishers/trusted-publisher.entity.js';
import { RecoveryCodeEntity } from '../two-factor/recovery-code.entity.js';
import { TwoFactorEntity } from '../two-factor/two-factor.entity.js';
import { UserEntity } from '../users/user.entity.js';
import { WebLoginEntity } from '../web-login/web-login.entity.js';
import { AccountsOfPeople1765400000501 } from './accounts-of-people.migration.js';
import { AuditOfOrganizations1765400000101 } from './audit-of-organizations.migration.js';
import { CreateAccounts1763700000000 } from './create-accounts.migration.js';
import { CreateOwnershipAndWebLogins1764200000001 } from './create-ownership-and-web-logins.migration.js';
import { CreateTeamsAndGrants1765400000401 } from './create-teams-and-grants.migration.js';
import { GrowTokens1765400000601 } from './grow-tokens.migration.js';
import { MakeRoomForWebLogins1764200000003 } from './make-room-for-web-logins.migration.js';
import { CreateExternalIdentities1765400000901 } from './create-external-identities.migration.js';
import { LetWebLoginsManage1765400000002 } from './let-web-logins-manage.migration.js';
import { RememberPublishedProjects1765502000002 } from './remember-published-projects.migration.js';
import { RememberSharedTokens1765502000003 } from './remember-shared-tokens.migration.js';
import { ShareTokensOfPublishers1765502000001 } from './share-tokens-of-publishers.migration.js';
import { MintForPublishers1765501000301 } from './mint-for-publishers.migration.js';
import { KeepOidcKeySets1765502000101 } from './keep-oidc-key-sets.migration.js';
import { MakeRoomForOrganizations1765400000001 } from './make-room-for-organizations.migration.js';
import { InheritRoles1765401000311 } from './inherit-roles.migration.js';
import { RegisterOidcIssuers1765501000101 } from './register-oidc-issuers.migration.js';
import { RememberPackageNews1765401000101 } from './remember-package-news.migration.js';
import { NameInheritedRoles1765401000312 } from './name-inherited-roles.migration.js';
import { RememberEndedCredentials1765402000901 } from './remember-ended-credentials.migration.js';
import { RememberEndedDeployTokens1765401000201 } from './remember-ended-deploy-tokens.migration.js';
import { RememberGroupMappingsFollowed1765401000202 } from './remember-group-mappings-followed.migration.js';
import { RememberLoginsOfTheCommandLine1765401000601 } from './remember-logins-of-the-command-line.migration.js';
import { TrustPublishers1765501000201 } from './trust-publishers.migration.js';
import { SealWebLoginTokens1764200000002 } from './seal-web-login-tokens.migration.js';

export const authDatabase: DatabaseDefinition = {
  schema: 'auth',
  entities: [
    ExternalIdentityEntity,
    FollowedMembershipEntity,
    GroupMappingEntity,
    AuditEventEntity,
    DeployAccountEntity,
    IdempotencyKeyEntity,
    GrantEntity,
    KnownPackageEntity,
    KnownRepositoryEntity,
    InheritedRoleEntity,
    InheritingPackageEntity,
    InvitationEntity,
    MembershipEntity,
    OidcReplayEntity,
    OidcIssuerEntity,
    OidcKeySetEntity,
    OneTimeSecretEntity,
    OrganizationEntity,
    OutboxEntity,
    PackageOwnerEntity,
    PackageOwnershipEntity,
    RecoveryCodeEntity,
    RetiredOrganizationEntity,
    ServiceAccountEntity,
    SessionEntity,
    TeamEntity,
    TeamMemberEntity,
    TokenEntity,
    TokenPolicyEntity,
    TokenUseEntity,
    TrustedPublisherEntity,
    TrustedPublisherTargetEntity,
    TwoFactorEntity,
    UserEntity,
    WebLoginEntity,
  ],
  migrations: [
    OutboxMigration('auth'),
    CreateAccounts1763700000000,
    CreateOwnershipAndWebLogins1764200000001,
    SealWebLoginTokens1764200000002,
    MakeRoomForWebLogins1764200000003,
    MakeRoomForOrganizations1765400000001,
    LetWebLoginsManage1765400000002,
    CreateExternalIdentities1765400000901,
    AuditOfOrganizations1765400000101,
    CreateTeamsAndGrants1765400000401,
    AccountsOfPeople1765400000501,
    GrowTokens1765400000601,
    RememberPackageNews1765401000101,
    RememberEndedDeployTokens1765401000201,
    RememberGroupMappingsFollowed1765401000202,
    RememberLoginsOfTheCommandLine1765401000601,
    InheritRoles1765401000311,
    NameInheritedRoles1765401000312,
    RememberEndedCredentials1765402000901,
    RegisterOidcIssuers1765501000101,
    TrustPublishers1765501000201,
    MintForPublishers1765501000301,
    ShareTokensOfPublishers1765502000001,
    RememberPublishedProjects1765502000002,
    RememberSharedTokens1765502000003,
    KeepOidcKeySets1765502000101,
    IdempotencyKeysMigration('auth'),
  ],
};
