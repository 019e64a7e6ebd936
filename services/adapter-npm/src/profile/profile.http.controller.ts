import { Body, Controller, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { beginTwoFactor, confirmTwoFactor, disableTwoFactor, getProfile, updateProfile } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { callerOf, edgeContextOf, OpenToEverybody } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { askingForOneTimePassword, oneTimePasswordOf } from '../login/one-time-password.js';
import { signedIn } from '../repositories/assert-may.js';
import type { ProfileWish } from './profile.schema.js';
import { parseProfileWish, profileView } from './profile.schema.js';

/** `npm profile`: the caller's own, whichever repository it is asked for through. */
@Controller('npm/:repository/-/npm/v1/user')
export class ProfileHttpController {
  readonly #requests: RequestClient;

  constructor(requests: RequestClient) {
    this.#requests = requests;
  }

  @Get()
  @Header('cache-control', 'no-store')
  @OpenToEverybody('shows the caller’s own profile')
  async show(@Req() request: FastifyRequest): Promise<object> {
    const principal = signedIn(callerOf(request));
    return profileView(await this.#requests.ask(getProfile, { principal }));
  }

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @OpenToEverybody('changes the caller’s own profile; a new password and a second factor need the password')
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    const principal = signedIn(callerOf(request));
    const wish = parseProfileWish(body);
    return askingForOneTimePassword(reply, () => this.#fulfil(request, principal, wish));
  }

  async #fulfil(request: FastifyRequest, principal: Principal, wish: ProfileWish): Promise<object> {
    const { clientAddress, externalUrl } = edgeContextOf(request);
    const by = { principal, clientAddress };
    const code = oneTimePasswordOf(request);
    switch (wish.kind) {
      case 'change':
        return profileView(await this.#requests.ask(updateProfile, { ...by, ...wish.change, ...code }));
      case 'begin-two-factor': {
        const { password } = wish;
        const installation = new URL(externalUrl).host;
        const { otpauthUri } = await this.#requests.ask(beginTwoFactor, { ...by, password, ...code, installation });
        return { tfa: otpauthUri };
      }
      case 'confirm-two-factor': {
        const { recoveryCodes } = await this.#requests.ask(confirmTwoFactor, { ...by, code: wish.code });
        return { tfa: recoveryCodes };
      }
      case 'disable-two-factor':
        await this.#requests.ask(disableTwoFactor, { ...by, password: wish.password, ...code });
        return { tfa: false };
    }
  }
}
