import { archiveBuffer, defaultArchiveBudget } from '@waybill/archives';
import { DomainError } from '@waybill/domain';
import { parseFileName } from '../src/distributions/file-name.js';
import type { Wheel } from '../src/distributions/wheel.reader.js';
import { readWheel } from '../src/distributions/wheel.reader.js';
import type { WheelParts } from './wheel-of.js';
import { wheelOf } from './wheel-of.js';

/** A wheel of that name, with a budget in which a bomb is small. */
export async function readWheelBytes(bytes: Buffer, filename = 'foo_bar-1.0-py3-none-any.whl'): Promise<Wheel> {
  const fileName = parseFileName(filename);
  if (fileName?.filetype !== 'bdist_wheel') throw new Error(`${filename} is no name of a wheel`);
  return readWheel(archiveBuffer(bytes), fileName, {
    budget: { ...defaultArchiveBudget, ratioFloorBytes: 1024 * 1024 },
  });
}

/** The code with which a wheel is refused, or `read`. */
export async function wheelRefusal(parts: WheelParts, filename?: string): Promise<string> {
  try {
    await readWheelBytes(wheelOf(parts), filename);
    return 'read';
  } catch (error) {
    return error instanceof DomainError && error.kind === 'invalid'
      ? error.code
      : `not refused clearly: ${String(error)}`;
  }
}
