import type { RunningCiIssuer, Sigstore } from '@waybill/testing';
import { makeSigstore, startCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttestationObject } from '../test/attested-sdist.js';
import { attestSdist, publishStatement, sdistRelease } from '../test/attested-sdist.js';
import { bytesOf, rootsOf } from '../test/attested.js';
import { pypiProvenance } from './pypi-provenance.js';
import { readPypiUpload } from './pypi-upload.js';
import { verifyProvenance } from './verify-provenance.js';

let sigstore: Sigstore;
let github: RunningCiIssuer;
let publish: AttestationObject;
let slsa: AttestationObject;

beforeAll(async () => {
  sigstore = await makeSigstore();
  github = await startCiIssuer('github-actions');
  publish = await attestSdist(sigstore, github);
  const predicateType = 'https://slsa.dev/provenance/v1';
  slsa = await attestSdist(sigstore, github, { statement: { ...publishStatement, predicateType, predicate: {} } });
});

afterAll(() => github.stop());

const read = (field: unknown) => readPypiUpload(bytesOf(field as object), sdistRelease);

describe('the attestations of an upload (PEP 740)', () => {
  it('are read one by one, and verified from what is stored', () => {
    const attestations = read([publish, slsa]);
    expect(attestations.map(({ predicateType }) => predicateType)).toEqual([
      'https://docs.pypi.org/attestations/publish/v1',
      'https://slsa.dev/provenance/v1',
    ]);
    expect(attestations.map(({ bytes }) => JSON.parse(bytes.toString()) as unknown)).toEqual([publish, slsa]);
    for (const { bytes, predicateType } of attestations) {
      expect(verifyProvenance(bytes, sdistRelease, rootsOf(sigstore)).provenance.predicateType).toBe(predicateType);
    }
  });

  it('are stored without anything that nobody verifies', () => {
    const [entry] = publish.verification_material.transparency_entries;
    const material = {
      ...publish.verification_material,
      note: '<script>',
      transparency_entries: [{ ...entry, html: '<b>' }],
    };
    const [attestation] = read([{ ...publish, verification_material: material, trusted: true }]);
    expect(JSON.parse(attestation?.bytes.toString() ?? '')).toEqual(publish);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['none', () => [], /is empty/],
    ['no list', () => publish, /malformed/],
    ['two of one type', () => [publish, publish], /at most one attestation of each type/],
    ['three', () => [publish, slsa, publish], /malformed/],
    ['a wrong one beside a right one', () => [publish, { ...slsa, version: 2 }], /1.version is not 1/],
  ])('are refused where there are %s', (_, field, words) => {
    expect(() => read(field())).toThrow(words);
  });

  it('are refused where a key is there twice, or half a character, or too many bytes (I4)', () => {
    const text = JSON.stringify([publish]);
    for (const other of [
      text.replace('"version":1', '"version":1,"version":1'),
      text.replace('{', String.raw`{"a":"\udfff",`),
    ]) {
      expect(() => readPypiUpload(Buffer.from(other), sdistRelease)).toThrow(/everybody reads alike/);
    }
    expect(() => readPypiUpload(Buffer.alloc(1024 * 1024 + 1, 0x20), sdistRelease)).toThrow(/at most 1048576 bytes/);
  });

  it('are shown with who published the file', () => {
    const [attestation] = read([publish]);
    const publisher = { kind: 'GitHub', repository: 'acme/left-pad', workflow: 'release.yml', environment: null };
    expect(JSON.parse(pypiProvenance(publisher, [attestation?.bytes ?? Buffer.alloc(0)]))).toEqual({
      version: 1,
      attestation_bundles: [{ publisher, attestations: [publish] }],
    });
  });
});
