import { DomainError } from '@waybill/domain';

/**
 * npm takes the first folder off every path, whatever it is called: files of two such folders fall into one. Which of two
 * equal ones stays depends on the client, so that a tarball with both is refused (security.md I2).
 */
export class TopFolders {
  /** What is below the first folder, as a disk that does not tell cases apart has it, by the first folder it came from. */
  readonly #files = new Map<string, string>();
  readonly #folders = new Map<string, string>();

  /** Errors: `invalid` `npm.tarball-collision`. */
  addFile(path: string): void {
    const slash = path.indexOf('/');
    if (slash < 0) return;
    const top = path.slice(0, slash);
    const below = path
      .slice(slash + 1)
      .normalize('NFC')
      .toLowerCase();
    const takenFrom = this.#files.get(below) ?? this.#folders.get(below);
    if (takenFrom !== undefined && takenFrom !== top) throw collision(path, takenFrom);
    this.#files.set(below, top);
    for (let end = below.lastIndexOf('/'); end > 0; end = below.lastIndexOf('/', end - 1)) {
      const folder = below.slice(0, end);
      const fileOf = this.#files.get(folder);
      if (fileOf !== undefined && fileOf !== top) throw collision(path, fileOf);
      if (this.#folders.has(folder)) break;
      this.#folders.set(folder, top);
    }
  }
}

function collision(path: string, other: string): DomainError {
  const message = `${path} falls into the same place as a file below ${other}/ when the first folder is taken off.`;
  return new DomainError('invalid', 'npm.tarball-collision', message);
}
