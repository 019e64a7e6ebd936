/** A worker that listens to nothing any more. */
export default function hang(): never {
  for (;;);
}
