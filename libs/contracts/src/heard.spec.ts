import { expect, it } from 'vitest';
import { gatewayAlive } from './edge.broadcasts.js';
import { heard } from './heard.js';

const gatewayId = '0192f0c1-2222-4000-8000-000000000001';

function message(text: string): { json(): unknown } {
  return { json: () => JSON.parse(text) as unknown };
}

it('is what was said, in the form of its contract', () => {
  expect(heard(gatewayAlive, message(JSON.stringify({ gatewayId, more: 1 })))).toEqual({ gatewayId });
});

it.each(['', '{', 'null', '[]', '{"gatewayId":"x"}', '{"gatewayId":1}'])(
  'is nothing where %j was said (W10)',
  (text) => {
    expect(heard(gatewayAlive, message(text))).toBeUndefined();
  },
);
