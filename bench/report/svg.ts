export const colours = ['#2563eb', '#ea580c', '#6b7280'];
const style = 'font-family="system-ui, sans-serif" font-size="12"';

export function svg(width: number, height: number, parts: readonly string[]): string {
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const ground = `<rect width="${width}" height="${height}" fill="#ffffff"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${style}>\n${[ground, ...parts].join('\n')}\n</svg>\n`;
}

export interface TextOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
}

export function text(x: number, y: number, content: string, { anchor = 'start', bold }: TextOptions = {}): string {
  const weight = bold === true ? ' font-weight="600"' : '';
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="#111827"${weight}>${escape(content)}</text>`;
}

export function line(from: readonly [number, number], to: readonly [number, number], colour = '#d1d5db'): string {
  const [[x1, y1], [x2, y2]] = [from.map(round), to.map(round)] as [[number, number], [number, number]];
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}"/>`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
