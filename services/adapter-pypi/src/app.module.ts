import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { readModelProviders } from '@waybill/read-model';
import { DistributionFileRepository } from './files/distribution-file.repository.js';
import { FileProjection } from './files/file.projection.js';
import { FilesHttpController } from './files/files.http.controller.js';
import { pypiReadModel } from './projects/pypi-read-model.js';
import { ProjectResolver } from './repositories/pypi-request.js';
import { PageRepository } from './simple/page.repository.js';
import { ProjectIndexService } from './simple/project-index.service.js';
import { ProjectPages } from './simple/project-pages.js';
import { SimpleApiHttpController } from './simple/simple-api.http.controller.js';
import { SubmissionService } from './upload/submission.service.js';
import { UploadAccess } from './upload/upload-access.service.js';
import { UploadFormService } from './upload/upload-form.service.js';
import { UploadHttpController } from './upload/upload.http.controller.js';
import { UploadService } from './upload/upload.service.js';

@Module({
  imports: [AuditModule],
  controllers: [SimpleApiHttpController, FilesHttpController, UploadHttpController],
  providers: [
    ...readModelProviders(pypiReadModel, { documents: ProjectPages }),
    ProjectResolver,
    DistributionFileRepository,
    FileProjection,
    PageRepository,
    ProjectPages,
    ProjectIndexService,
    UploadAccess,
    UploadFormService,
    SubmissionService,
    UploadService,
  ],
})
export class AdapterPypiModule {}
