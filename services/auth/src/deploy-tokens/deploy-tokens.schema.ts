import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsString,
  MaxLength,
  MinLength,
} from 'class-validator';
import { IsMoment, MayBeAbsent, PageQuery } from '@waybill/management-api';
import { type DeployAction, deployActions } from './deploy-token.rules.js';

/** The repository, by its slug; without one that the caller may manage, nothing is found. */
export class DeployTokensQuery extends PageQuery {
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  repository!: string;
}

export class CreateDeployTokenBody {
  /** The slug of the repository. */
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  repository!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(500)
  description!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(deployActions.length)
  @ArrayUnique()
  @IsIn(deployActions, { each: true })
  actions!: DeployAction[];

  @MayBeAbsent()
  @IsMoment()
  @MaxLength(40)
  expiresAt?: string;
}
