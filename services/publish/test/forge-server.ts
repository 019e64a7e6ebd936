import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AtForge {
  readonly status?: number;
  readonly location?: string;
  readonly json?: unknown;
}

/** A forge as `publish` sees it over HTTP: paths of its API, with what each answers. */
export class ForgeServer {
  readonly answers = new Map<string, AtForge>();
  /** The paths that it was asked for. */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(({ url = '' }, response) => {
      this.asked.push(url);
      const { status, location, json } = this.answers.get(url) ?? { status: 404, json: { message: 'Not Found' } };
      response.writeHead(status ?? 200, {
        'content-type': 'application/json',
        ...(location === undefined ? {} : { location }),
      });
      response.end(JSON.stringify(json ?? null));
    });
  }

  static async start(): Promise<ForgeServer> {
    const forge = new ForgeServer();
    await new Promise<void>((resolve) => forge.#server.listen(0, '127.0.0.1', resolve));
    return forge;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** As GitHub, Gitea and Forgejo tell it. */
  repository(owner: string, name: string, more: object = {}): void {
    const json = {
      id: 9,
      name,
      full_name: `${owner}/${name}`,
      private: false,
      owner: { login: owner, id: 42 },
      ...more,
    };
    this.answers.set(`/repos/${owner.toLowerCase()}/${name}`, { json });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
