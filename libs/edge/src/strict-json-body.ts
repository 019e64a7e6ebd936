import type { FastifyRequest } from 'fastify';
import { parseStrictJson } from '@waybill/strict-json';

/** For Fastify: the parser of `application/json`. */
export function strictJsonBody(
  _request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, value?: unknown) => void,
): void {
  let value: unknown;
  try {
    value = parseStrictJson(body);
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    done(thrown);
    return;
  }
  done(null, value);
}
