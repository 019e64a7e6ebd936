import { newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { loggablePath } from './access-log.js';

function encoded(text: string, times: number): string {
  const once = Buffer.from(text).toString('hex').replace(/../g, '%$&');
  return once.replaceAll('%', `%${'25'.repeat(times - 1)}`);
}

/** Everything that somebody could read out of a line by decoding it again and again. */
function readable(path: string): string[] {
  const forms = [path];
  for (let text = path; ; forms.push(text)) {
    const next = text.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
    if (next === text) return forms;
    text = next;
  }
}

describe('a path in a log (W6)', () => {
  it.each([1, 2, 3, 4, 5, 10])('has no token in it, encoded %i times', (times) => {
    const token = newTokenText();
    for (const form of [
      encoded(token, times),
      token.replace('-', encoded('-', times)),
      encoded('w', times) + token.slice(1),
    ]) {
      const logged = loggablePath(`/t/${form}/x?y`);
      for (const shown of readable(logged)) {
        expect(shown.toLowerCase()).not.toContain(token.slice(4).toLowerCase());
      }
    }
  });

  it('is otherwise the one that was asked for', () => {
    expect(loggablePath('/toy/main/@acme%2fx/-/x-1.0.0.tgz?write=true')).toBe('/toy/main/@acme%2fx/-/x-1.0.0.tgz');
    expect(loggablePath('/toy/main/%40acme%2Fx')).toBe('/toy/main/%40acme%2Fx');
    expect(loggablePath('/toy/main/a%zz%e2%82%ac%')).toBe('/toy/main/a%zz%e2%82%ac%');
  });

  it('that is encoded without end ends where nobody can tell what it is', () => {
    expect(loggablePath(`/t/x%${'25'.repeat(300)}61/y`)).toBe('/t/x%***');
  });
});
