/** A worker whose heap grows for ever. */
export default function grow(): never {
  const kept: number[][] = [];
  for (;;) kept.push(Array.from({ length: 100_000 }, Math.random));
}
