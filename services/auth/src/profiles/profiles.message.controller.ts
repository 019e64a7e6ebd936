import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { getProfile, updateProfile } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import type { UserEntity } from '../users/user.entity.js';
import { Profiles } from './profiles.service.js';

@Controller()
export class ProfilesMessageController {
  constructor(private readonly profiles: Profiles) {}

  @Answers(getProfile)
  async get({ principal }: RequestOf<typeof getProfile>): Promise<ReplyOf<typeof getProfile>> {
    return describe(await this.profiles.get(principal));
  }

  @Answers(updateProfile)
  async update({ principal, ...change }: RequestOf<typeof updateProfile>): Promise<ReplyOf<typeof updateProfile>> {
    return describe(await this.profiles.update(principal, change));
  }
}

function describe(user: UserEntity): ReplyOf<typeof getProfile> {
  const { username, email, emailVerifiedAt, fullName, twoFactorEnabledAt, createdAt, updatedAt } = user;
  return {
    username,
    email,
    emailVerified: emailVerifiedAt !== null,
    fullName,
    twoFactor: twoFactorEnabledAt !== null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
