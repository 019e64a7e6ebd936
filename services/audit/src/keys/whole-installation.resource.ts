import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';

/** What concerns all organizations. */
@Injectable()
export class WholeInstallation implements ResourceResolver {
  resolve(): Promise<Resource> {
    return Promise.resolve({ kind: 'installation' });
  }
}
