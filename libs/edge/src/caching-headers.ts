import type { Visibility } from '@waybill/domain';

/**
 * Headers of documents that change: always asked for again, and never kept by a shared cache when not everybody may read
 * them (security.md A9). `Vary` because the form depends on Accept, and the answer on who asks.
 */
export function documentCaching(visibility: Visibility): Record<string, string> {
  const shared = visibility === 'public';
  return {
    'cache-control': shared ? 'public, no-cache' : 'private, no-cache',
    vary: shared ? 'Accept, Accept-Encoding' : 'Accept, Accept-Encoding, Authorization',
  };
}

/** Headers of bytes that never change. */
export function artifactCaching(visibility: Visibility): string {
  return visibility === 'public' ? 'public, max-age=31536000, immutable' : 'private, max-age=31536000, immutable';
}

/** Headers of lists, in which every caller finds something else (security.md A9). */
export const forThisCallerOnly = {
  'cache-control': 'private, no-cache',
  vary: 'Accept, Accept-Encoding, Authorization',
} as const;
