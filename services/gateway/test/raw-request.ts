import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  /** Whether the gateway ended the connection. */
  readonly closed: boolean;
}

/** Writes bytes to a socket as they are, and reads until the gateway closes or `until` is seen. */
export function rawRequest(port: number, bytes: string, until?: (text: string) => boolean): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(Buffer.from(bytes, 'latin1'));
    });
    const finish = (closed: boolean): void => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, closed });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (until?.(text) === true) finish(false);
    });
    socket.on('close', () => {
      finish(true);
    });
    socket.on('error', reject);
  });
}
