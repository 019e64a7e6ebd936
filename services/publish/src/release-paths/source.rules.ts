import type { Finding, FindingLevel } from '@waybill/domain';
import { word } from './origin-words.js';
import type { ReleaseOrigin } from './release-origin.js';
import { isSamePlace, sourcePlaceOf } from './source-url.js';

/**
 * P14: whether the source that the release claims is where it came from, by its trusted publisher or its provenance, which have
 * to say the same. Null where there is no claim, or nothing to hold it against: nobody shows that as verified either.
 */
export function isSourceVerified(claimed: string | undefined, origin: ReleaseOrigin): boolean | null {
  const known = knownSources(origin);
  if (claimed === undefined || claimed.trim() === '' || known.length === 0) return null;
  const place = sourcePlaceOf(claimed);
  return place !== undefined && known.every((source) => isAt(source, place));
}

/** Only where it is claimed to be elsewhere. */
export function sourceFinding(
  claimed: string | undefined,
  origin: ReleaseOrigin,
  level: FindingLevel,
): Finding | undefined {
  if (claimed === undefined || isSourceVerified(claimed, origin) !== false) return undefined;
  const [source = ''] = knownSources(origin);
  const message = `It says that its source is ${word(claimed)}, and it came from ${word(source)}.`;
  return { rule: 'P14', code: 'source.unverified', level, message };
}

function knownSources({ trustedPublisher, provenance }: ReleaseOrigin): string[] {
  return [trustedPublisher?.path.repositoryUrl, provenance?.repositoryUrl].filter((url) => url !== undefined);
}

function isAt(source: string, claimed: Parameters<typeof isSamePlace>[0]): boolean {
  const place = sourcePlaceOf(source);
  return place !== undefined && isSamePlace(claimed, place);
}
