import { dirname } from 'node:path';
import { DomainError } from '@waybill/domain';

const oldestMajor = 24;

/**
 * The folder of the `node` that runs this process, first on the sandbox's PATH. The newest clients need Node 24, and
 * the tests run on it.
 * @throws DomainError `unavailable` (`client.node-too-old`)
 */
export function runtimeDirectory(version = process.versions.node, execPath = process.execPath): string {
  if (Number.parseInt(version, 10) < oldestMajor) {
    throw new DomainError(
      'unavailable',
      'client.node-too-old',
      `The clients run on Node ${oldestMajor} or newer, this is ${version}. Start the tests with pnpm, which brings it.`,
    );
  }
  return dirname(execPath);
}
