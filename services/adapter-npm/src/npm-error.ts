import type { EdgeDeclaration } from '@waybill/edge';

/** npm prints `error`, other tools read `message`: both say the same (protocol notes, "Headers that matter"). */
export const npmDialect: EdgeDeclaration['dialect'] = {
  contentType: 'application/json',
  body: { error: '$message', message: '$message', code: '$code', requestId: '$requestId', details: '$details' },
};
