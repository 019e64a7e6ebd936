import { Column, Entity, PrimaryColumn } from 'typeorm';

const toNumber = { to: (value: number) => value, from: Number };

/** A signed tree head of a chain. Rows are only inserted. */
@Entity({ name: 'checkpoints' })
export class CheckpointEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'checkpoints_pkey' })
  chain!: string;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'checkpoints_pkey', transformer: toNumber })
  size!: number;

  /** In hex. */
  @Column('text', { name: 'root_hash' })
  rootHash!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text', { name: 'key_name' })
  keyName!: string;

  /** The signed note. */
  @Column('text')
  note!: string;
}
