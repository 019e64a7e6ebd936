import { PackageRow } from '@waybill/read-model';
import { Column, Entity } from 'typeorm';
import type { NpmName } from '../names/npm-name.js';

@Entity({ name: 'packages' })
export class PackageEntity extends PackageRow {
  declare name: NpmName;

  /** Aggregate version, in auth's own counting, of the owners that are known; 0 before any are. */
  @Column('integer', { name: 'owners_version', default: 0 })
  ownersVersion!: number;

  /** Counts the changes of the stars on it. */
  @Column('integer', { name: 'stars_version', default: 0 })
  starsVersion!: number;
}
