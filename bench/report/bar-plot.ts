import { formatNumber } from './format.js';
import { colours, line, round, svg, text } from './svg.js';

export interface Bars {
  readonly label: string;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

const width = 760;
const left = 260;
const top = 56;
const barHeight = 12;
const gap = 10;
const plotWidth = width - left - 60;

/** Groups of horizontal bars from 0; the line is at 1. */
export function barPlot(title: string, groups: readonly Bars[]): string {
  const largest = Math.max(1, ...groups.flatMap(({ values }) => values.map(({ value }) => value)));
  const toX = (value: number) => left + (value / largest) * plotWidth;
  const groupHeight = (groups[0]?.values.length ?? 1) * barHeight + gap;
  const height = top + groups.length * groupHeight + gap;
  const legend = (groups[0]?.values ?? []).map(({ name }, index) =>
    [
      `<rect x="${left + index * 110}" y="32" width="10" height="10" fill="${colours[index] ?? ''}"/>`,
      text(left + index * 110 + 16, 41, name),
    ].join('\n'),
  );
  const bars = groups.flatMap(({ label, values }, group) => {
    const y = top + group * groupHeight;
    const middle = y + (values.length * barHeight) / 2 + 4;
    return [
      text(left - 8, middle, label, { anchor: 'end' }),
      ...values.flatMap(({ value }, index) => bar(toX(value), y + index * barHeight, colours[index] ?? '', value)),
    ];
  });
  const one = line([toX(1), top - 4], [toX(1), height - gap], '#6b7280');
  return svg(width, height, [text(16, 22, title, { bold: true }), ...legend, one, ...bars]);
}

function bar(end: number, y: number, colour: string, value: number): string[] {
  const length = round(Math.max(1, end - left));
  return [
    `<rect x="${left}" y="${round(y)}" width="${length}" height="${barHeight - 2}" fill="${colour}"/>`,
    text(end + 5, y + barHeight - 2, formatNumber(value)),
  ];
}
