import { PackageRow } from '@waybill/read-model';
import { Entity } from 'typeorm';
import type { ProjectName } from '../names/project-name.js';

/** A project; its name is the normalized one (PEP 503). */
@Entity({ name: 'packages' })
export class ProjectEntity extends PackageRow {
  declare name: ProjectName;
}
