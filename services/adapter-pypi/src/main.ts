import { runService } from '@waybill/service-host';
import { environment } from './config.js';
import { service } from './service.js';

await runService(service, environment);
