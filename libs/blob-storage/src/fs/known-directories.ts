import { makeDirectory } from './durable-files.js';

const mostRemembered = 1000;

/** Directories that are there, so that they need not be made again for every file. */
export class KnownDirectories {
  readonly #known = new Set<string>();

  /** Makes it, durably, unless it is known to be there. */
  async ensure(path: string): Promise<void> {
    if (this.#known.has(path)) return;
    await makeDirectory(path);
    if (this.#known.size >= mostRemembered) this.#known.clear();
    this.#known.add(path);
  }

  /** To be called when a file could not be made in it: somebody may have removed it. Resolves to whether it was known. */
  forget(path: string): boolean {
    return this.#known.delete(path);
  }
}
