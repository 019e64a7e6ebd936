/** What the gateway needs of a logger; pino's is one. */
export interface AccessLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What the gateway counts; `service` is empty for what belongs to none. */
export interface RequestMeter {
  finished(request: {
    readonly service: string;
    readonly method: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
}

const tokenLike = /wb(?:-|%2d)[0-9A-Za-z-]+/gi;

/** A path as it may stand in a log: without its query, and without anything that looks like a token (security.md W6). */
export function loggablePath(target: string): string {
  const query = target.indexOf('?');
  return (query === -1 ? target : target.slice(0, query)).slice(0, 2048).replace(tokenLike, 'wb-***');
}
