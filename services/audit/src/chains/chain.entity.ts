import { Column, Entity, PrimaryColumn } from 'typeorm';

const toNumber = { to: (value: number) => value, from: Number };

/** Where one chain ends: of an organization, or of the installation. Whoever appends holds its row. */
@Entity({ name: 'chains' })
export class ChainEntity {
  /** Id of the organization, or `installation`. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'chains_pkey' })
  chain!: string;

  @Column('bigint', { default: 0, transformer: toNumber })
  size!: number;

  /** Leaf hash of the last entry, in hex; zeros before the first. */
  @Column('text')
  head!: string;

  /** See `MerkleFrontier`. */
  @Column('bytea')
  frontier!: Buffer;

  /** Size at the last checkpoint. */
  @Column('bigint', { name: 'checkpointed_size', default: 0, transformer: toNumber })
  checkpointedSize!: number;

  @Column('timestamptz', { name: 'checkpointed_at', default: () => 'now()' })
  checkpointedAt!: Date;
}
