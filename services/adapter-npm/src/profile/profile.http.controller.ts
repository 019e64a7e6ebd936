import { Body, Controller, Get, Header, HttpCode, Post, Req } from '@nestjs/common';
import { getProfile, updateProfile } from '@waybill/contracts';
import { callerOf, edgeContextOf, OpenToEverybody } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { FastifyRequest } from 'fastify';
import { signedIn } from '../repositories/assert-may.js';
import { parseProfileChange, profileView } from './profile.schema.js';

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
  @OpenToEverybody('changes the caller’s own profile; a new password needs the old one')
  async change(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    const principal = signedIn(callerOf(request));
    const change = parseProfileChange(body);
    const { clientAddress } = edgeContextOf(request);
    return profileView(await this.#requests.ask(updateProfile, { principal, ...change, clientAddress }));
  }
}
