import { describe, expect, it } from 'vitest';
import { greeting } from './greeting.js';

const admin = {
  url: 'https://packages.example',
  username: 'admin',
  password: 'canary-password',
  token: 'wb-canary-token',
};

describe('the greeting', () => {
  it('says to a person where it is, how to sign in, and what to paste for each client', () => {
    const text = greeting(admin, '/data/first-admin.json', true);
    expect(text).toContain('Waybill is ready at https://packages.example');
    expect(text).toMatch(/sign in as +admin\n +password +canary-password/);
    expect(text).toContain('/data/first-admin.json');
    expect(text).toContain('npm config set registry https://packages.example/npm/main/ --location=project');
    expect(text).toContain('npx waybill login https://packages.example ');
    expect(text).toContain('https://packages.example/api/docs');
    expect(text).not.toContain('canary-token');
  });

  it('leaves the password in its file where a log reads along (W6)', () => {
    const text = greeting(admin, '/data/first-admin.json', false);
    expect(text).toContain('Waybill is ready at https://packages.example');
    expect(text).toMatch(/password +is in \/data\/first-admin.json/);
    expect(text).not.toContain('canary');
  });

  it('says what to set where the address is of this machine alone', () => {
    const hint = /Only this machine.*WAYBILL_HOST and WAYBILL_EXTERNAL_URL/;
    for (const url of ['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080']) {
      expect(greeting({ ...admin, url }, '/data/first-admin.json', true)).toMatch(hint);
    }
    expect(greeting(admin, '/data/first-admin.json', true)).not.toMatch(hint);
  });
});
