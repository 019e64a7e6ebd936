import { type Role, roles } from '@waybill/domain';
import { IsIn, IsString, MaxLength } from 'class-validator';

export class AddMembershipBody {
  @IsString()
  @MaxLength(64)
  username!: string;

  @IsIn(roles)
  role!: Role;
}

export class ChangeMembershipBody {
  @IsIn(roles)
  role!: Role;
}
