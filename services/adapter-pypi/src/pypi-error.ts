import type { EdgeDeclaration } from '@waybill/edge';

/** What twine shows of a refusal beside the reason phrase, and uv and pip as it is: the text alone. */
export const pypiDialect: EdgeDeclaration['dialect'] = {
  contentType: 'text/plain; charset=utf-8',
  body: '$message',
  reasonPhrase: true,
};
