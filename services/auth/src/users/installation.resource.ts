import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';

/** What only administrators of the installation may touch. */
@Injectable()
export class Installation implements ResourceResolver {
  resolve(): Promise<Resource> {
    return Promise.resolve({ kind: 'installation' });
  }
}
