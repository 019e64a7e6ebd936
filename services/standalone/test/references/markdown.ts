/** A table; cells may hold anything but line breaks. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** What stands at the top of every generated page. */
export function title(name: string, about: string): string {
  return `# ${name}\n\n<!-- Written by \`pnpm gen\` from the code; a test compares it. -->\n\n${about}`;
}
