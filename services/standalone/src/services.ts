import { service as adapterNpm } from '@waybill/service-adapter-npm';
import { service as audit } from '@waybill/service-audit';
import { service as auth } from '@waybill/service-auth';
import { service as gateway } from '@waybill/service-gateway';
import type { ServiceDefinition } from '@waybill/service-host';
import { service as notifications } from '@waybill/service-notifications';
import { service as publish } from '@waybill/service-publish';
import { service as scanner } from '@waybill/service-scanner';
import { service as search } from '@waybill/service-search';

/** Every service, in the order of starting: who is asked before who asks, and the gateway when all are there. */
export const services: readonly ServiceDefinition[] = [
  auth,
  publish,
  scanner,
  search,
  audit,
  notifications,
  adapterNpm,
  gateway,
].map((definition) => definition as unknown as ServiceDefinition);
