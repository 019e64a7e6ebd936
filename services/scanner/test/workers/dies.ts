/** A worker that is gone before it answers. */
export default function die(): never {
  process.exit(3);
}
