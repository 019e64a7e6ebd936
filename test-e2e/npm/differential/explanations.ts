import { accountExplanations } from './account-explanations.js';
import type { Explanation } from './explanation.js';
import { packumentExplanations } from './packument-explanations.js';
import { publishExplanations } from './publish-explanations.js';
import { readExplanations } from './read-explanations.js';
import { changeExplanations } from './change-explanations.js';

export const explanations: readonly Explanation[] = [
  {
    steps: 'any',
    differences: ['code: string', 'details: object', 'message: string', 'requestId: string'].map(
      (path) => `only Waybill: ${path}`,
    ),
    why: 'npm reads `error`, other tools read `message`; a code, details and the number of the request help to find out why.',
  },
  ...accountExplanations,
  ...publishExplanations,
  ...packumentExplanations,
  ...readExplanations,
  ...changeExplanations,
];
