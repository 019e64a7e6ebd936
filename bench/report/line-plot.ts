import type { Plot } from '../scenarios/scenario.js';
import { formatNumber } from './format.js';
import { colours, line, round, svg, text } from './svg.js';

const width = 640;
const height = 320;
const area = { left: 64, right: width - 24, top: 56, bottom: height - 48 };
const divisions = 4;

/** Lines from the origin, both axes linear. */
export function linePlot({ title, xLabel, yLabel, lines }: Plot): string {
  const points = lines.flatMap((entry) => entry.points);
  const largestX = Math.max(...points.map(({ x }) => x));
  const largestY = Math.max(...points.map(({ y }) => y)) * 1.1;
  const toX = (x: number) => area.left + (x / largestX) * (area.right - area.left);
  const toY = (y: number) => area.bottom - (y / largestY) * (area.bottom - area.top);
  const grid = Array.from({ length: divisions + 1 }, (_value, index) => {
    const [x, y] = [(largestX / divisions) * index, (largestY / divisions) * index];
    return [
      line([area.left, toY(y)], [area.right, toY(y)]),
      text(area.left - 8, toY(y) + 4, formatNumber(y), { anchor: 'end' }),
      text(toX(x), area.bottom + 18, formatNumber(x), { anchor: 'middle' }),
    ].join('\n');
  });
  const drawn = lines.map(({ name, points: own }, index) => {
    const colour = colours[index] ?? '';
    const path = own.map(({ x, y }) => `${round(toX(x))},${round(toY(y))}`).join(' ');
    const legendX = area.left + index * 110;
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<rect x="${legendX}" y="34" width="10" height="10" fill="${colour}"/>`,
      text(legendX + 16, 43, name),
    ].join('\n');
  });
  const labels = [
    text(16, 22, `${title}: ${yLabel}`, { bold: true }),
    text((area.left + area.right) / 2, height - 10, xLabel, { anchor: 'middle' }),
  ];
  return svg(width, height, [...labels, ...grid, ...drawn]);
}
