import { IsString, Length, Matches } from 'class-validator';
import { storableText } from '../database/storable-text.js';

export class DeletePackageBody {
  /** The whole name of the package: `@acme/left-pad`. */
  @IsString()
  @Length(1, 500)
  confirm!: string;
}

export class TransferPackageBody {
  /** The slug of the repository that it goes to. */
  @IsString()
  @Length(1, 64)
  @Matches(storableText)
  repository!: string;
}
