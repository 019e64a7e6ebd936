import { describe, expect, it } from 'vitest';
import { edgeDescription } from './edge-description.js';
import { clientRequestHeaders } from './header-filter.js';

const credentialHeaders = new Set<string>();
const cookie = 'waybill_session=secret; waybill_sign_on=mine; waybill_sign_on2=other; a=waybill_sign_on=x';

describe('cookies of a browser', () => {
  it('stay at the gateway (W6)', () => {
    expect(clientRequestHeaders({ cookie }, { credentialHeaders })).toEqual({});
    expect(clientRequestHeaders({ cookie }, { credentialHeaders, cookies: [] })).toEqual({});
  });

  it('come back to the service that has set them for itself, and no others with them', () => {
    expect(clientRequestHeaders({ cookie }, { credentialHeaders, cookies: ['waybill_sign_on'] })).toEqual({
      cookie: 'waybill_sign_on=mine',
    });
    expect(clientRequestHeaders({ cookie: 'a=b' }, { credentialHeaders, cookies: ['waybill_sign_on'] })).toEqual({});
  });

  it('are never those of the session, whatever a service says of itself (W10)', () => {
    for (const name of ['waybill_session', '__Host-waybill_session']) {
      expect(edgeDescription.shape.cookies.safeParse([name]).success).toBe(false);
    }
    expect(edgeDescription.shape.cookies.parse(undefined)).toEqual([]);
  });
});
