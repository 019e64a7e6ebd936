/** What is wrong or odd about one segment of a path, besides its being a path at all. */
export interface NameFinding {
  readonly level: 'refuse' | 'flag';
  readonly code: string;
  readonly message: string;
}

// Characters that turn the direction of a text around, or that nobody sees and no script needs: zero width space, word
// joiner and its kin, byte order mark, tags (Unicode TR36, 3; UAX 9). Joiners and variation selectors are in emoji.
const misleading = /[\p{Bidi_Control}\u200B\u2060-\u2064\u206A-\u206F\uFEFF\u{E0000}-\u{E0FFF}]/u;
const invisible = /\p{Default_Ignorable_Code_Point}/u;

// NTFS: `file::$DATA` is `file`, `folder:$INDEX_ALLOCATION` is `folder`.
const stream = /:(?:[:$]|$)/u;
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\s*\.|$)/iu;
const forbiddenOnWindows = /[:<>"|?*]/u;

/**
 * Judges one segment by what it becomes on another system (security.md I1, P10). Refused is what takes the place of
 * another file there, or looks like it: Windows leaves out trailing dots and blanks, and the name of a stream. Flagged is
 * what cannot be written there, which tools avoid in ways of their own, and which honest packages have.
 */
export function judgeName(segment: string): NameFinding | undefined {
  if (/[. ]$/u.test(segment)) {
    return refused('trailing-dot-or-blank', 'A name ends with a dot or a blank, which Windows leaves out.');
  }
  if (/^[a-z]:/iu.test(segment)) return refused('drive-letter', 'A name starts with a drive letter.');
  if (stream.test(segment)) return refused('stream-name', 'A name addresses a stream of another file on Windows.');
  if (misleading.test(segment)) {
    return refused('misleading-character', 'A name has a character that is invisible or reorders the others.');
  }
  if (device.test(segment)) return flagged('device-name', 'A name is that of a device on Windows.');
  if (forbiddenOnWindows.test(segment)) return flagged('not-for-windows', 'A name cannot be written on Windows.');
  if (invisible.test(segment)) return flagged('invisible-character', 'A name has a character that nobody sees.');
  return undefined;
}

function refused(code: string, message: string): NameFinding {
  return { level: 'refuse', code, message };
}

function flagged(code: string, message: string): NameFinding {
  return { level: 'flag', code, message };
}
