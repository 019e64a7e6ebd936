import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { IdempotencyModule } from '@waybill/management-api';
import { readModelProviders } from '@waybill/read-model';
import { AccessHttpController } from './access/access.http.controller.js';
import { AccessService } from './access/access.service.js';
import { PackageListHttpController } from './access/package-list.http.controller.js';
import { WebLoginHttpController } from './login/web-login.http.controller.js';
import { OrgHttpController } from './org/org.http.controller.js';
import { OwnersHttpController } from './owners/owners.http.controller.js';
import { ProfileHttpController } from './profile/profile.http.controller.js';
import { StageHttpController } from './stage/stage.http.controller.js';
import { StagedReleasesService } from './stage/staged-releases.service.js';
import { StagingService } from './stage/staging.service.js';
import { StarHttpController } from './star/star.http.controller.js';
import { StarListHttpController } from './star/star-list.http.controller.js';
import { TeamHttpController } from './team/team.http.controller.js';
import { TeamPackageHttpController } from './team/team-package.http.controller.js';
import { TokensHttpController } from './tokens/tokens.http.controller.js';
import { PackageListRepository } from './access/package-list.repository.js';
import { AuditHttpController } from './audit/audit.http.controller.js';
import { AttestationsHttpController } from './attestations/attestations.http.controller.js';
import { AttestationsService } from './attestations/attestations.service.js';
import { AttestedReleaseResolver } from './attestations/attested-release.resource.js';
import { BatchPublishHttpController } from './batch-publish/batch-publish.http.controller.js';
import { BatchPublishService } from './batch-publish/batch-publish.service.js';
import { DeprecationService } from './deprecate/deprecation.service.js';
import { DistTagRepository } from './dist-tags/dist-tag.repository.js';
import { DistTagsHttpController } from './dist-tags/dist-tags.http.controller.js';
import { DistTagsService } from './dist-tags/dist-tags.service.js';
import { DownloadsHttpController } from './downloads/downloads.http.controller.js';
import { DownloadsRepository } from './downloads/downloads.repository.js';
import { DownloadsService } from './downloads/downloads.service.js';
import { LoginHttpController } from './login/login.http.controller.js';
import { OwnersService } from './owners/owners.service.js';
import { DocumentRevisionHttpController } from './package-document/document-revision.http.controller.js';
import { DocumentRevisionService } from './package-document/document-revision.service.js';
import { DocumentMemory } from './publish/document-memory.js';
import { DocumentUploadService } from './package-document/document-upload.service.js';
import { PackageDocumentService } from './package-document/package-document.service.js';
import { StoredPackageService } from './package-document/stored-package.service.js';
import { PackumentHttpController } from './packument/packument.http.controller.js';
import { PackumentProjector } from './packument/packument.projector.js';
import { PackumentRepository } from './packument/packument.repository.js';
import { Packuments } from './packument/packuments.js';
import { npmReadModel } from './packument/npm-read-model.js';
import { DocumentAddress } from './packument/document-address.js';
import { PackumentService } from './packument/packument.service.js';
import { PingHttpController } from './ping/ping.http.controller.js';
import { FirstReleaseProjection } from './projection/first-release.projection.js';
import { PackageProjection } from './projection/package.projection.js';
import { PublishHttpController } from './publish/publish.http.controller.js';
import { PublishService } from './publish/publish.service.js';
import { SubmissionService } from './publish/submission.service.js';
import { RegistryInfoHttpController } from './registry-info/registry-info.http.controller.js';
import { PackageOwnerRepository } from './owners/package-owner.repository.js';
import { PackageOwnersProjection } from './owners/package-owners.projection.js';
import { ReleaseRepository } from './releases/release.repository.js';
import { PackageResolver } from './repositories/npm-request.js';
import { SigningKeyRepository } from './signing-keys/signing-key.repository.js';
import { SearchOwnersRepository } from './search/search-owners.repository.js';
import { SearchHttpController } from './search/search.http.controller.js';
import { SearchService } from './search/search.service.js';
import { ReleaseSigning } from './signing-keys/release-signing.service.js';
import {
  SigningKeyRotationHttpController,
  SigningKeysOfInstallation,
} from './signing-keys/signing-key-rotation.http.controller.js';
import { SigningKeysHttpController } from './signing-keys/signing-keys.http.controller.js';
import { SigningKeysService } from './signing-keys/signing-keys.service.js';
import { UnsignedReleaseRepository } from './signing-keys/unsigned-release.repository.js';
import { VisibilityHttpController } from './visibility/visibility.http.controller.js';
import { PublisherPackageResolver } from './visibility/publisher-package.resource.js';
import { TokenExchangeHttpController } from './token-exchange/token-exchange.http.controller.js';
import { StarRepository } from './star/star.repository.js';
import { StarService } from './star/star.service.js';
import { TarballHttpController } from './tarball/tarball.http.controller.js';
import { TrustHttpController } from './trust/trust.http.controller.js';
import { UnpublishHttpController } from './unpublish/unpublish.http.controller.js';
import { UnpublishService } from './unpublish/unpublish.service.js';
import { WithdrawalService } from './unpublish/withdrawal.service.js';
import { WhoamiHttpController } from './whoami/whoami.http.controller.js';

@Module({
  imports: [AuditModule, IdempotencyModule],
  controllers: [
    PingHttpController,
    WhoamiHttpController,
    LoginHttpController,
    TokenExchangeHttpController,
    SigningKeysHttpController,
    AttestationsHttpController,
    AuditHttpController,
    VisibilityHttpController,
    SearchHttpController,
    DownloadsHttpController,
    RegistryInfoHttpController,
    SigningKeyRotationHttpController,
    DistTagsHttpController,
    TarballHttpController,
    PackumentHttpController,
    PublishHttpController,
    DocumentRevisionHttpController,
    BatchPublishHttpController,
    UnpublishHttpController,
    TrustHttpController,
    AccessHttpController,
    PackageListHttpController,
    WebLoginHttpController,
    OrgHttpController,
    OwnersHttpController,
    ProfileHttpController,
    StageHttpController,
    StarHttpController,
    StarListHttpController,
    TeamHttpController,
    TeamPackageHttpController,
    TokensHttpController,
  ],
  providers: [
    ...readModelProviders(npmReadModel, { documents: Packuments, tags: DistTagRepository }),
    AccessService,
    PackageResolver,
    PublisherPackageResolver,
    ReleaseRepository,
    DistTagRepository,
    DistTagsService,
    PackumentRepository,
    PackumentProjector,
    Packuments,
    DocumentAddress,
    PackumentService,
    SubmissionService,
    PublishService,
    DocumentMemory,
    DocumentUploadService,
    BatchPublishService,
    PackageDocumentService,
    DocumentRevisionService,
    StoredPackageService,
    DeprecationService,
    WithdrawalService,
    UnpublishService,
    OwnersService,
    StagingService,
    StagedReleasesService,
    StarService,
    PackageListRepository,
    PackageOwnersProjection,
    FirstReleaseProjection,
    PackageProjection,
    PackageOwnerRepository,
    StarRepository,
    AttestedReleaseResolver,
    AttestationsService,
    SearchOwnersRepository,
    SearchService,
    DownloadsRepository,
    DownloadsService,
    SigningKeyRepository,
    SigningKeysOfInstallation,
    SigningKeysService,
    UnsignedReleaseRepository,
    ReleaseSigning,
  ],
})
export class AdapterNpmModule {}
