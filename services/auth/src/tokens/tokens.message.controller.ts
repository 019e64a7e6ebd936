import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { issueTokenForPassword, revokeToken } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { TokensService } from './tokens.service.js';

@Controller()
export class TokensMessageController {
  constructor(private readonly tokens: TokensService) {}

  @Answers(issueTokenForPassword)
  async issueForPassword(
    request: RequestOf<typeof issueTokenForPassword>,
  ): Promise<ReplyOf<typeof issueTokenForPassword>> {
    const { username, token, text } = await this.tokens.issueForPassword(request);
    return { username, token: text, expiresAt: token.expiresAt.toISOString() };
  }

  @Answers(revokeToken)
  async revoke(request: RequestOf<typeof revokeToken>): Promise<ReplyOf<typeof revokeToken>> {
    return { revoked: await this.tokens.revokeOwn(request.principal, request.tokenHash) };
  }
}
