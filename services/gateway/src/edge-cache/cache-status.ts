/** `Cache-Status` (RFC 9211): why an answer came from memory or did not. */
export const hit = 'waybill; hit';
export const missed = 'waybill; fwd=miss';
export const filled = 'waybill; fwd=miss; stored';
export const collapsed = 'waybill; fwd=miss; collapsed';
export const refreshed = 'waybill; fwd=stale; stored';

/** From memory although it is too old, since its service is away. */
export function servedStale(staleSeconds: number): string {
  return `waybill; hit; ttl=${staleSeconds === 0 ? '0' : `-${String(staleSeconds)}`}`;
}
