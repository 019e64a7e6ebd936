import { join } from 'node:path';
import { freePort } from '@waybill/testing';
import { answers, startProcess } from '../process/started-process.js';

/** The fastest that Node's own HTTP server can be: bytes from memory, in a process of its own. */
export interface BareServer {
  readonly pid: number;
  /** Has it answer with the given bytes and headers. Returns where. */
  serve(answer: StoredAnswer): Promise<string>;
  stop(): Promise<void>;
}

export interface StoredAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export async function startBare(directory: string): Promise<BareServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = await startProcess({
    node: process.execPath,
    args: [join(import.meta.dirname, '../bare-process.ts')],
    environment: { BARE_PORT: String(port) },
    isReady: () => answers(`${url}/`),
    directory,
  });
  let count = 0;
  return {
    ...started,
    serve: async ({ headers, body }) => {
      count += 1;
      const target = `${url}/${count}`;
      const response = await fetch(target, { method: 'PUT', headers: { 'x-answer': JSON.stringify(headers) }, body });
      if (!response.ok) throw new Error(`The bare handler did not take its answer: ${response.status}`);
      return target;
    },
  };
}
