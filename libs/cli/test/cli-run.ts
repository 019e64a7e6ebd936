import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCli } from '../src/cli.js';

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** A request as an installation sees it. */
export interface Seen {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface Answered {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  /** Instead of `json`: as it is, in as many parts. */
  readonly parts?: readonly Buffer[];
}

/** A refusal as the management API sends it. */
export function problem(status: number, title: string, more: object = {}): Answered {
  return { status, json: { title, status, code: 'some.code', ...more } };
}

/** The command line in a home of its own, beside an HTTP server that answers what a test tells it to. */
export class CliRun {
  readonly seen: Seen[] = [];
  #server: Server | undefined;
  home = '';
  url = '';
  answer: (seen: Seen) => Answered = () => ({ json: {} });

  async start(): Promise<void> {
    this.home = await mkdtemp(join(tmpdir(), 'waybill-cli-'));
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const text = Buffer.concat(parts).toString();
        const { method, url: target, headers } = request;
        const seen = { method, target, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
        this.seen.push(seen);
        const { status = 200, headers: sent = {}, json, parts: raw } = this.answer(seen);
        response.writeHead(status, { 'content-type': 'application/json', ...sent });
        for (const part of raw ?? []) response.write(part);
        response.end(json === undefined ? undefined : JSON.stringify(json));
      });
    });
    const server = this.#server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Afterwards it is as if nobody had used it. */
  async stop(): Promise<void> {
    this.seen.length = 0;
    this.answer = () => ({ json: {} });
    const server = this.#server;
    server?.closeAllConnections();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
    await rm(this.home, { recursive: true, force: true });
  }

  async run(
    typed: readonly string[],
    given: {
      token?: string;
      url?: string;
      input?: string;
      screen?: boolean;
      folder?: string;
      job?: Record<string, string>;
    } = {},
  ): Promise<Ran> {
    let out = '';
    let err = '';
    const exitCode = await buildCli({
      terminal: {
        out: (text) => void (out += text),
        err: (text) => void (err += text),
        readInput: () => Promise.resolve(given.input ?? ''),
        isInteractive: false,
        isScreen: given.screen ?? false,
      },
      environment: {
        url: given.url ?? this.url,
        token: given.token,
        configDir: join(this.home, '.config'),
        hostname: 'laptop',
        home: this.home,
        folder: given.folder ?? this.home,
        job: given.job ?? {},
      },
    })(typed);
    return { exitCode, out, err };
  }
}
