import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BusboyFileStream, BusboyInstance } from '@fastify/busboy';
import { Busboy } from '@fastify/busboy';
import { HttpException } from '@nestjs/common';
import { DomainError } from '@waybill/domain';

/** The fields of a form, each with all its values in the order in which they came. */
export type FormFields = ReadonlyMap<string, readonly string[]>;

export interface SentFile<Stored> {
  /** As the client sent it, with whatever is in it. */
  readonly filename: string;
  readonly stored: Stored;
}

export interface ReadUploadForm<Stored> {
  readonly fields: FormFields;
  /** The part `content`; absent where the form has none. */
  readonly content?: SentFile<Stored>;
}

/** Takes the bytes of the part `content`, knowing the fields that came before it. */
export type StoreContent<Stored> = (filename: string, bytes: Readable, fieldsSoFar: FormFields) => Promise<Stored>;

const mebibyte = 1024 * 1024;
/** More than a project with a thousand requirements and every classifier there is sends. */
const maxFields = 4000;
const maxFieldBytes = 4 * mebibyte;
const maxTextBytes = 8 * mebibyte;
const maxFieldNameCharacters = 100;

/**
 * Reads the multipart form that twine and its kin upload with, as a stream and in whatever order its parts come: the file goes
 * straight to `store`, and only the fields are held. Signatures of GPG are read past. What `store` took is told to `stored`
 * at once, and is the caller's to discard when this throws. Errors: `invalid` `pypi.form`, `limit` `pypi.form-too-large`,
 * those of `store`.
 */
export async function readUploadForm<Stored>(
  body: Readable,
  contentType: string | undefined,
  store: StoreContent<Stored>,
  stored: (value: Stored) => void,
): Promise<ReadUploadForm<Stored>> {
  const reading = new FormReading(parserFor(contentType), store, stored);
  try {
    await pipeline(body, reading.parser);
    return await reading.finish();
  } catch (error) {
    throw await reading.reasonOf(error);
  } finally {
    body.destroy();
  }
}

function parserFor(contentType = ''): BusboyInstance {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) {
    throw malformed('An upload is a form: multipart/form-data with a boundary.');
  }
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      preservePath: true,
      isPartAFile: (_name, _type, filename) => filename !== undefined,
      limits: { fields: maxFields, fieldSize: maxFieldBytes, files: 3, headerPairs: 20, headerSize: 8 * 1024 },
    });
  } catch (error) {
    throw malformed('The form has no boundary that can be read.', error);
  }
}

class FormReading<Stored> {
  readonly parser: BusboyInstance;
  readonly #store: StoreContent<Stored>;
  readonly #stored: (value: Stored) => void;
  readonly #fields = new Map<string, string[]>();
  #textBytes = 0;
  #content: { readonly filename: string; readonly storing: Promise<Stored> } | undefined;
  #refusal: Error | undefined;

  constructor(parser: BusboyInstance, store: StoreContent<Stored>, stored: (value: Stored) => void) {
    this.parser = parser;
    this.#store = store;
    this.#stored = stored;
    parser.on('field', (name, value, _nameTruncated, isTruncated) => {
      if (isTruncated) this.#refuse(tooLarge(`One field of the form is larger than ${maxFieldBytes} bytes.`));
      else this.#takeField(name, value);
    });
    parser.on('file', (name, bytes, filename) => {
      this.#takeFile(name, bytes, filename);
    });
    parser.on('fieldsLimit', () => {
      this.#refuse(tooLarge(`The form has more than ${maxFields} fields.`));
    });
    parser.on('filesLimit', () => {
      this.#refuse(malformed('An upload has one file.'));
    });
  }

  async finish(): Promise<ReadUploadForm<Stored>> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const content = this.#content;
    if (content === undefined) return { fields: this.#fields };
    return { fields: this.#fields, content: { filename: content.filename, stored: await content.storing } };
  }

  /** What is thrown in the end: our own refusal, or what the store said, rather than that the stream was cut for it. */
  async reasonOf(error: unknown): Promise<unknown> {
    const stored = this.#content?.storing.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const reason = this.#refusal ?? (await stored);
    if (reason instanceof DomainError || reason instanceof HttpException) return reason;
    return error instanceof DomainError ? error : malformed('The form is not complete, or malformed.', reason ?? error);
  }

  #takeField(name: string | undefined, value: string): void {
    if (name === undefined || name === '' || name.length > maxFieldNameCharacters) {
      this.#refuse(malformed('A field of the form has no name, or one that is too long.'));
      return;
    }
    this.#textBytes += name.length + value.length;
    if (this.#textBytes > maxTextBytes) {
      this.#refuse(tooLarge(`The fields of the form are larger than ${maxTextBytes} bytes together.`));
      return;
    }
    const values = this.#fields.get(name);
    if (values === undefined) this.#fields.set(name, [value]);
    else values.push(value);
  }

  #takeFile(name: string, bytes: BusboyFileStream, filename: string): void {
    // Its error is that of the whole form, which the pipeline throws.
    bytes.on('error', () => undefined);
    if (this.#refusal !== undefined || name === 'gpg_signature') {
      bytes.resume();
      return;
    }
    if (name !== 'content' || this.#content !== undefined) {
      bytes.resume();
      this.#refuse(malformed('An upload has one file, in the field `content`.'));
      return;
    }
    const storing = this.#store(filename, bytes, this.#fields);
    this.#content = { filename, storing };
    storing.then(this.#stored, (error: unknown) => {
      this.#refuse(error instanceof Error ? error : malformed('The file could not be stored.', error));
      bytes.resume();
    });
  }

  // The parser is ended rather than read on: nobody sends the rest of 1 GB for a refusal that is certain.
  #refuse(reason: Error): void {
    this.#refusal ??= reason;
    this.parser.destroy(reason);
  }
}

function malformed(message: string, cause?: unknown): DomainError {
  return new DomainError('invalid', 'pypi.form', message, { cause });
}

function tooLarge(message: string): DomainError {
  return new DomainError('limit', 'pypi.form-too-large', message);
}
