import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/**
 * What an issuer can do instead of answering: never answer, send elsewhere, answer a gigabyte, have no keys, call itself something else, have
 * its keys at another origin, fail, answer no JSON.
 */
export type Misbehaviour =
  'hang' | 'redirect' | 'huge' | 'emptyKeySet' | 'wrongIssuer' | 'foreignKeySet' | 'error' | 'notJson';

const chunk = Buffer.alloc(64 * 1024, 'a');
const chunks = (1024 * 1024 * 1024) / chunk.length;

/** Answers a gigabyte, as slowly as it is read: nothing of it is held. */
export function answerHugely(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  Readable.from(hugeJson()).pipe(response);
  response.on('close', () => response.destroy());
}

function* hugeJson(): Generator<Buffer> {
  yield Buffer.from('{"keys":[],"comment":"');
  for (let sent = 0; sent < chunks; sent += 1) yield chunk;
  yield Buffer.from('"}');
}
