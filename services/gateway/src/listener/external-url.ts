/** The configured address without a trailing slash; else that of the listener itself. Never what a client calls us. */
export function externalUrlOf(configured: string | undefined, host: string, port: number): string {
  if (configured !== undefined) return configured.replace(/\/+$/, '');
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${String(port)}`;
}
