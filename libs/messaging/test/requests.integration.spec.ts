import { Controller } from '@nestjs/common';
import { busRoles, introspectCredential, type ReplyOf, type RequestOf } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { startTracing, traceHeaders, withRemoteTrace } from '@waybill/observability';
import { startTestNats, type TestNats } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Answers, natsServerUsers } from '../src/index.js';
import { passwordOf, startService, type TestService } from './test-service.js';

const hash = 'a'.repeat(64);
const unknown = { principal: null, expiresAt: null };
const traceId = '0af7651916cd43dd8448eb211c80319c';

type Introspect = typeof introspectCredential;
let answer: (request: RequestOf<Introspect>) => Promise<ReplyOf<Introspect>>;

@Controller()
class Introspection {
  @Answers(introspectCredential)
  introspect(request: RequestOf<Introspect>): Promise<ReplyOf<Introspect>> {
    return answer(request);
  }
}

let nats: TestNats;
let auth: TestService;
let gateway: TestService;

beforeAll(async () => {
  nats = await startTestNats({ users: natsServerUsers(busRoles, passwordOf) });
  auth = await startService(nats.url, 'auth', { controllers: [Introspection] });
  gateway = await startService(nats.url, 'gateway', {});
});

afterAll(async () => {
  await gateway.stop();
  await auth.stop();
  await nats.stop();
});

function ask(timeoutMs = 3000) {
  return gateway.requests.ask(introspectCredential, { kind: 'token', tokenHash: hash as never }, { timeoutMs });
}

async function refusal(work: Promise<unknown>): Promise<DomainError> {
  const thrown: unknown = await work.catch((error: unknown) => error);
  if (thrown instanceof DomainError) return thrown;
  throw new Error('It was not refused with a DomainError.', { cause: thrown });
}

describe('a request over the bus, with the permissions of the services', () => {
  it('reaches the handler parsed, and its reply comes back', async () => {
    let got: unknown;
    answer = (request) => {
      got = request;
      return Promise.resolve(unknown);
    };
    await expect(ask()).resolves.toEqual(unknown);
    expect(got).toEqual({ kind: 'token', tokenHash: hash });
  });

  it('brings back a DomainError as it was thrown', async () => {
    answer = () =>
      Promise.reject(
        new DomainError('limit', 'login.rate', 'Too many tries.', { details: { left: 0 }, retryAfterSeconds: 30 }),
      );
    const error = await refusal(ask());
    expect(error).toMatchObject({ kind: 'limit', code: 'login.rate', message: 'Too many tries.' });
    expect(error).toMatchObject({ details: { left: 0 }, retryAfterSeconds: 30, status: 429 });
  });

  it('tells nothing of any other error', async () => {
    answer = () => Promise.reject(new Error('relation "canary" does not exist'));
    const error = await refusal(ask());
    expect(error).toMatchObject({ kind: 'internal', code: 'internal' });
    expect(JSON.stringify(error.toWire())).not.toContain('canary');
  });

  it('is refused when it is malformed, before the handler', async () => {
    answer = () => Promise.reject(new Error('must not be called'));
    const malformed = { kind: 'token', tokenHash: 7 } as never;
    const error = await refusal(gateway.requests.ask(introspectCredential, malformed));
    expect(error).toMatchObject({ kind: 'invalid', code: 'request.malformed' });
  });

  it('does not take a reply that breaks the contract', async () => {
    answer = () => Promise.resolve({ principal: 'admin', expiresAt: null } as never);
    await expect(ask()).rejects.toThrow();
  });

  it('to a service that hangs is unavailable after the time limit', async () => {
    answer = () => new Promise(() => undefined);
    const error = await refusal(ask(200));
    expect(error).toMatchObject({ kind: 'unavailable', code: 'service.unavailable', details: { service: 'auth' } });
  });

  it('carries the trace of its caller in its headers', async () => {
    const tracing = startTracing({ service: 'test', collectorUrl: 'http://127.0.0.1:9/v1/traces' });
    try {
      const seen = Promise.withResolvers<Record<string, string>>();
      answer = () => {
        seen.resolve(traceHeaders());
        return Promise.resolve(unknown);
      };
      await withRemoteTrace({ traceparent: `00-${traceId}-b7ad6b7169203331-00` }, 'test', () => ask());
      expect((await seen.promise)['traceparent']).toContain(traceId);
    } finally {
      await tracing.stop();
    }
  });
});

describe('a service that goes', () => {
  it('answers what it has begun, and then is unavailable at once', async () => {
    const begun = Promise.withResolvers<undefined>();
    const finish = Promise.withResolvers<undefined>();
    answer = async () => {
      begun.resolve(undefined);
      await finish.promise;
      return unknown;
    };
    const pending = ask();
    await begun.promise;
    const strategyClosed = auth.stop();
    finish.resolve(undefined);
    await expect(pending).resolves.toEqual(unknown);
    await strategyClosed;
    const asked = performance.now();
    expect(await refusal(ask())).toMatchObject({ kind: 'unavailable', code: 'service.unavailable' });
    expect(performance.now() - asked).toBeLessThan(1000);
  });
});
