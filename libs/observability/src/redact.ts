const tokenLike = /\bwb-[0-9A-Za-z]{8,}/g;

/** The text without anything that looks like one of our tokens; also for paths, since some clients put tokens there. */
export function redactTokens(text: string): string {
  return text.includes('wb-') ? text.replace(tokenLike, 'wb-***') : text;
}
