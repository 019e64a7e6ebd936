import { gzipSync } from 'node:zlib';

/** A tar archive byte by byte: honest builders refuse to make what an attacker would. */
export function tarballWith(entries: readonly { readonly name: string; readonly text: string }[]): Buffer {
  const blocks = entries.flatMap(({ name, text }) => {
    const contents = Buffer.from(text);
    const padded = Buffer.alloc(Math.ceil(contents.length / 512) * 512);
    contents.copy(padded);
    return [header(name, contents.length), padded];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** A ustar header (POSIX.1-1988). */
function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\0', 257);
  block.write('00', 263);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
