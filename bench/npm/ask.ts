import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As it came, compressed or not. */
  readonly body: Buffer;
}

export interface Question {
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

const agent = new Agent({ keepAlive: true });

/** One request over a kept-alive connection, with less of its own cost than `fetch`. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length: Record<string, string> = body === undefined ? {} : { 'content-length': String(body.byteLength) };
    const sent = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      buffer(response).then(
        (bytes) => resolve({ status: response.statusCode ?? 0, headers: plain(response.headers), body: bytes }),
        reject,
      );
    });
    // A refusal may come before the whole body is sent; what happens to the rest of it says less than the refusal.
    let isAnswered = false;
    sent.on('response', () => (isAnswered = true));
    sent.on('error', (error) => {
      if (!isAnswered) reject(new Error(`${method} ${url}: ${error.message}`, { cause: error }));
    });
    sent.end(body);
  });
}

function plain(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
