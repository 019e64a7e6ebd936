/** JSON that was typed; the text as it is where it is none: the installation says what it should look like. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
