/** Which targets are kept under which surrogate keys. It grows and shrinks with what is kept. */
export class TagIndex {
  private readonly targets = new Map<string, Set<string>>();

  add(target: string, tags: Iterable<string>): void {
    for (const tag of tags) {
      const known = this.targets.get(tag);
      if (known === undefined) this.targets.set(tag, new Set([target]));
      else known.add(target);
    }
  }

  remove(target: string, tags: Iterable<string>): void {
    for (const tag of tags) {
      const known = this.targets.get(tag);
      if (known?.delete(target) === true && known.size === 0) this.targets.delete(tag);
    }
  }

  /** A copy: what is purged while it is read disappears from the index. */
  of(tag: string): readonly string[] {
    return [...(this.targets.get(tag) ?? [])];
  }

  get size(): number {
    return this.targets.size;
  }
}
