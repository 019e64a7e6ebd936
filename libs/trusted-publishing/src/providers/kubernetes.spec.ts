import { describe, expect, it } from 'vitest';
import { singleAudience } from '../audience.js';
import { issuers, readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { parseRule } from '../trusted-publisher-rule.js';
import { kubernetes } from './kubernetes.js';

const conditions = [{ claim: 'sub', is: 'system:serviceaccount:ci:publisher' }];
const publisher = parseRule({ id: '1', provider: 'kubernetes', issuer: issuers.kubernetes, conditions, pinned: {} });
const uid = 'kubernetes.io.serviceaccount.uid';
const account = { name: 'publisher', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' };

describe('Kubernetes', () => {
  it.each([issuers.kubernetes, 'https://kubernetes-issuer.acme.example'])('has the issuer %s', (issuer) => {
    expect(kubernetes.issuerOf(issuer)).toBe(issuer);
  });

  it.each([
    'https://kubernetes.default.svc.cluster.local',
    'https://kubernetes.default.svc',
    'https://kubernetes',
    'kubernetes/serviceaccount',
    'https://gitlab.com',
  ])('of %s could be any cluster, or none (T3)', (issuer) => {
    expect(kubernetes.issuerOf(issuer)).toBeUndefined();
  });

  it('says how the release came', () => {
    expect(kubernetes.releasePath(readExample('kubernetes'))).toEqual({
      provider: 'kubernetes',
      issuer: issuers.kubernetes,
      owner: 'ci',
      workflow: 'publisher',
      runner: 'self-hosted',
      runId: '5e0bd49b-f040-43b0-99b7-22765a53f7f3',
      actor: 'system:serviceaccount:ci:publisher',
    });
  });

  it('pins the uid of the account, so that one made anew does not match (pitfall 2, T8)', () => {
    expect(matchPublisher(publisher, readExample('kubernetes'))).toEqual({
      matches: true,
      pins: { [uid]: account.uid },
      unpinned: [],
    });
    const anew = readExample('kubernetes', {
      'kubernetes.io': { namespace: 'ci', serviceaccount: { ...account, uid: 'other' } },
    });
    expect(matchPublisher({ ...publisher, pinned: { [uid]: account.uid } }, anew).matches).toBe(false);
  });

  it('has accounts of one name in all namespaces: a rule names its own', () => {
    const name = [{ claim: 'kubernetes.io.serviceaccount.name', is: 'publisher' }];
    expect(() => parseRule({ ...publisher, conditions: name })).toThrow('kubernetes.io.namespace');
  });

  it('cannot have one claim stand for another by its dots', () => {
    const both = { 'kubernetes.io.namespace': 'other' };
    expect(() => readExample('kubernetes', both)).toThrow('kubernetes.io.namespace');
  });

  it('writes its one audience as an array (pitfall 11)', () => {
    expect(singleAudience(['waybill.example'])).toBe('waybill.example');
  });

  it('has had no exp in old tokens from secrets, which are refused (T4)', () => {
    expect(() => readExample('kubernetes', { exp: undefined })).toThrow('exp');
    expect(() => readExample('kubernetes', { aud: undefined })).toThrow('aud');
    expect(() => readExample('kubernetes', { 'kubernetes.io': 'text' })).toThrow('kubernetes.io');
  });
});
