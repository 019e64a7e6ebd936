import { Inject, Injectable } from '@nestjs/common';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AdapterNpmConfig } from '../config.js';
import { repositoryUrl } from '../repositories/npm-request.js';

/** The address that documents of packages in a repository have. */
@Injectable()
export class DocumentAddress {
  readonly #externalUrl: string;

  constructor(@Inject(SERVICE_CONFIG) { WAYBILL_EXTERNAL_URL: externalUrl }: AdapterNpmConfig) {
    this.#externalUrl = externalUrl;
  }

  of({ slug }: { readonly slug: string }): string {
    return repositoryUrl(this.#externalUrl, slug);
  }
}
