import type { BusRole, EventType, RequestType } from '@waybill/contracts';
import {
  allEvents,
  allRequests,
  artifact,
  busRoles,
  digest,
  eventEnvelope,
  finding,
  grant,
  packagePurl,
  principal,
  release,
  releasePurl,
  releaseSummary,
  repository,
  storedDocument,
  tokenScope,
} from '@waybill/contracts';
import { z } from 'zod';
import { code, title } from './markdown.js';

/** Nouns of many messages, each told once. */
const nouns: ReadonlyMap<z.core.$ZodType, string> = new Map<z.core.$ZodType, string>([
  [release, 'release'],
  [repository, 'repository'],
  [artifact, 'artifact'],
  [finding, 'finding'],
  [releaseSummary, 'releaseSummary'],
  [storedDocument, 'storedDocument'],
  [principal, 'principal'],
  [grant, 'grant'],
  [tokenScope, 'tokenScope'],
  [eventEnvelope, 'eventEnvelope'],
]);
const texts: ReadonlyMap<z.core.$ZodType, string> = new Map<z.core.$ZodType, string>([
  [digest, 'sha256:<hex>, sha1:<hex> or sha512:<hex>'],
  [packagePurl, 'package-url without a version, in canonical form'],
  [releasePurl, 'package-url with a version, in canonical form'],
]);

/** docs/subjects.md: every message on the bus, who sends it, who gets it, and its JSON Schema. */
export function subjects(): string {
  const about = `What services tell and ask each other, from \`libs/contracts\`. Permissions of the NATS server follow from it
(\`bus-topology.ts\`): a service can neither send nor hear what is not its business. Schemas are JSON Schema (2020-12) of what
travels; \`#/nouns/…\` are [at the end](#nouns).`;
  const events = `Facts, as CloudEvents in the stream \`EVENTS\`. The data of each:\n\n${sorted(
    allEvents,
    ({ type }) => type,
  )
    .map(eventSection)
    .join('\n\n')}`;
  return [
    title('Subjects', about),
    `## Events\n\n${events}`,
    `## Requests\n\n${sorted(allRequests, ({ subject }) => subject)
      .map(requestSection)
      .join('\n\n')}`,
    `## Nouns\n\n${[...nouns].map(([schema, name]) => `### ${name}\n\n${json(schema)}`).join('\n\n')}`,
  ].join('\n\n');
}

function eventSection(event: EventType): string {
  const consumers = servicesThat((role) => role.consumes.includes(event));
  const hearers = servicesThat((role) => role.hears.includes(event));
  const who = [
    `- from: ${code(event.owner)}`,
    `- consumed by: ${consumers}`,
    ...(hearers === 'nobody' ? [] : [`- heard live by: ${hearers}`]),
  ];
  return `### event.${event.type}\n\n${who.join('\n')}\n\n${json(event.data)}`;
}

function requestSection(request: RequestType): string {
  const who = `- answered by: ${code(request.owner)}\n- asked by: ${request.callers.map(code).join(', ')}`;
  return `### ${request.subject}\n\n${who}\n\nRequest:\n\n${json(request.request)}\n\nReply:\n\n${json(request.reply)}`;
}

function sorted<Message>(messages: readonly Message[], nameOf: (message: Message) => string): Message[] {
  return messages.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function servicesThat(does: (role: BusRole) => boolean): string {
  const names = busRoles.filter(does).map(({ service }) => code(service));
  return names.length === 0 ? 'nobody' : names.join(', ');
}

function json(schema: z.core.$ZodType): string {
  const { $schema: _dialect, ...shape } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const noun = nouns.get(zodSchema);
      const text = texts.get(zodSchema);
      if (jsonSchema.format === 'uuid') delete jsonSchema.pattern;
      if (text !== undefined) Object.assign(jsonSchema, { type: 'string', description: text });
      if (noun === undefined || zodSchema === schema) return;
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
      jsonSchema.$ref = `#/nouns/${noun}`;
    },
  });
  return `\`\`\`json\n${JSON.stringify(shape, undefined, 2)}\n\`\`\``;
}
