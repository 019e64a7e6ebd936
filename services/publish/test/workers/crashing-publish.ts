import { readConfig } from '@waybill/config';
import { eventSubject, scanCompleted, submitRelease } from '@waybill/contracts';
import { RequestClient } from '@waybill/messaging';
import { createLogger } from '@waybill/observability';
import { NATS_CONNECTION, startService } from '@waybill/service-host';
import { config as schema } from '../../src/config.js';
import { service } from '../../src/service.js';
import type { CrashTask } from '../crash-points.js';
import { crashPoints, follow, Scope } from '../crash-points.js';
import { envelopeOf } from '../event-from.js';

// The real service in a process of its own, which submits a release over the bus, has it scanned, and dies on the way.
const { variables, pointName, request } = JSON.parse(process.argv[2] ?? '') as CrashTask;
const point = crashPoints.find(({ name }) => name === pointName);
if (point === undefined) throw new Error(`There is no point ${pointName}.`);
const log = createLogger({ service: 'publish', level: 'error' });
const { app } = await startService(service, readConfig(schema, variables), { log });
const scope = new Scope();
point.arm(app, scope);
follow(app, scope, request.purl);
const requests = app.get(RequestClient, { strict: false });
const { release } = await requests.ask(submitRelease, request, { timeoutMs: 30_000 });
const { releaseId } = release;
const scanned = envelopeOf(scanCompleted, releaseId, {
  releaseId,
  scanId: crypto.randomUUID(),
  completed: true,
  findings: [],
});
const connection: { publish(subject: string, text: string): void } = app.get(NATS_CONNECTION, { strict: false });
connection.publish(eventSubject(scanCompleted), JSON.stringify(scanned));
