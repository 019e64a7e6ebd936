/** The text of a `key=value` file with one key set, where it stood before or at the end. Comments and order stay. */
export function withLine(text: string, key: string, value: string): string {
  const line = `${key}=${value}`;
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const at = lines.findIndex((before) => before.split('=')[0]?.trim() === key);
  if (at === -1) lines.push(line);
  else lines[at] = line;
  return `${lines.join('\n')}\n`;
}
