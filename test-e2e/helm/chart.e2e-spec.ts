import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BusRole } from '@waybill/contracts';
import { busRoles, permissionsOf } from '@waybill/contracts';
import { whyGoToolIsMissing } from '@waybill/testing';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  chartDirectory,
  helm,
  kubeconform,
  kubernetesSchemas,
  kubernetesVersion,
  render,
  renderText,
} from './chart.js';

const valueFiles = ['s3-values.yaml', 'everything-values.yaml'];
const services = busRoles.map(({ service }) => service);
const missing = await whyGoToolIsMissing({ name: 'helm', package: 'helm.sh/helm/v3/cmd/helm', version: 'v3.22.0' });

// helm and kubeconform are built from source: without Go only a machine that is not CI may leave this out.
describe.skipIf(missing !== undefined && process.env['CI'] === undefined)('the Helm chart', () => {
  let schemas: Awaited<ReturnType<typeof kubernetesSchemas>>;
  beforeAll(async () => {
    if (missing !== undefined) throw new Error(missing);
    schemas = await kubernetesSchemas();
    return () => schemas.dispose();
  }, 1_800_000);

  it.each(valueFiles)('is without fault for helm lint (%s)', async (file) => {
    const result = await helm('lint', '--strict', chartDirectory, '--values', join(chartDirectory, 'ci', file));
    expect(result.stdout).toContain('0 chart(s) failed');
    expect(result.exitCode).toBe(0);
  });

  it.each(valueFiles)('makes only objects that Kubernetes takes (%s)', async (file) => {
    const location = join(schemas.path, '{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}');
    const result = await execa(
      await kubeconform(),
      [
        ...['-strict', '-summary', '-kubernetes-version', kubernetesVersion],
        ...['-schema-location', `${location}/{{.ResourceKind}}{{.KindSuffix}}.json`, '-'],
      ],
      { input: await renderText(file), reject: false },
    );
    expect(result.stdout).toContain('Invalid: 0, Errors: 0, Skipped: 0');
    expect(result.exitCode).toBe(0);
  });

  it.each([
    ['a misspelt value', { gateway: { replica: 3 } }],
    ['a misspelt value of an adapter', { adapters: { npm: { resource: {} } } }],
    ['a misspelt setting of a service', { scanner: { environment: { WAYBILL_SCAN_SECNDS: 1 } } }],
    ['a setting of another service', { gateway: { environment: { WAYBILL_SCAN_SECONDS: 1 } } }],
    ['a misspelt setting of an adapter', { adapters: { npm: { environment: { WAYBILL_SETTLE_SECNDS: 1 } } } }],
    ['a misspelt setting of all adapters', { adapterDefaults: { environment: { WAYBILL_SETTLE_SECNDS: 1 } } }],
    ['a number where a name belongs', { externalUrl: 8080 }],
    ['an address with a password in it', { nats: { url: 'nats://operator:secret@nats:4222' } }],
    ['a store without its bucket', { store: { s3: { bucket: '' } } }],
    ['a file store without a volume', { store: { driver: 'fs' } }],
    ['certificates from two places', { extraCaCerts: { existingConfigMap: 'a', existingSecret: 'b' } }],
  ])('refuses %s', async (_what, values) => {
    await expect(render('s3-values.yaml', values)).rejects.toThrow(/values don't meet the specifications/);
  });

  it('refuses an adapter that this version of Waybill does not have', async () => {
    await expect(render('s3-values.yaml', { adapters: { klingon: {} } })).rejects.toThrow('no service adapter-klingon');
  });

  it('makes a password for each service, on the bus and in the database, and none twice (W10)', async () => {
    const passwords = await secretOf();
    for (const service of services) expect(passwords[`nats-${service}`]).toMatch(/^[A-Za-z0-9]{40}$/);
    for (const service of services.filter((name) => name !== 'gateway')) {
      expect(passwords[`postgres-${service}`]).toMatch(/^[A-Za-z0-9]{40}$/);
    }
    const values = Object.entries(passwords).filter(([name]) => name !== 'authorization.conf');
    expect(new Set(values.map(([, password]) => password)).size).toBe(values.length);
  });

  it('shares no password between two installations', async () => {
    const [one, other] = [await secretOf(), await secretOf()];
    for (const [name, password] of Object.entries(one)) expect(other[name]).not.toBe(password);
  });

  it('lets each user of the bus do what its role says, and nothing else (W10)', async () => {
    const passwords = await secretOf();
    const text = passwords['authorization.conf']?.replace(/^authorization: /, '') ?? '';
    // nats-server knows fewer escapes than JSON.
    expect(text).not.toContain('\\');
    const { users } = JSON.parse(text) as {
      users: { user: string; password: string; permissions: { publish: object; subscribe: object } }[];
    };
    expect(users.map(({ user }) => user).sort()).toEqual([...services, 'operator'].sort());
    for (const role of busRoles) {
      const user = users.find(({ user: name }) => name === role.service);
      expect(user?.password).toBe(passwords[`nats-${role.service}`]);
      expect(user?.permissions).toEqual(allowed(role));
    }
  });

  it('keeps the permissions that the topology gives: write them with `provision --nats-permissions` (W10)', async () => {
    const kept = JSON.parse(await readFile(join(chartDirectory, 'files/bus-permissions.json'), 'utf8')) as object;
    const roles = busRoles.map((role) => [role.service, allowed(role)]);
    const everything = { publish: { allow: ['>'] }, subscribe: { allow: ['>'] }, allow_responses: true };
    expect(kept).toEqual({ ...Object.fromEntries(roles), operator: everything });
  });

  it('runs every service under its own name, without rights and with a read-only root', async () => {
    const deployments = (await render('s3-values.yaml')).filter(({ kind }) => kind === 'Deployment');
    expect(deployments.map(({ metadata }) => metadata.labels['app.kubernetes.io/component']).sort()).toEqual(
      [...services].sort(),
    );
    for (const { spec } of deployments) {
      const pod = spec.template!.spec;
      const container = pod.containers[0]!;
      expect(container.args).toEqual([`services/${container.name}/dist/main.js`]);
      expect(container.env).toContainEqual({ name: 'WAYBILL_NATS_USER', value: container.name });
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('gives a service no password as plain text, and no other service’s password (W6, W10)', async () => {
    for (const { kind, spec } of await render('s3-values.yaml')) {
      if (kind !== 'Deployment') continue;
      const container = spec.template!.spec.containers[0]!;
      const secrets = container.env.filter(({ valueFrom }) => valueFrom !== undefined);
      const keys = secrets.map(({ valueFrom }) => (valueFrom as { secretKeyRef: { key: string } }).secretKeyRef.key);
      const own = [
        ...[`nats-${container.name}`, `postgres-${container.name}`],
        ...(container.name === 'search' ? [] : ['access-key', 'secret-key']),
        ...(container.name === 'adapter-npm' ? ['npm-key'] : []),
        ...(container.name === 'audit' ? ['audit-key'] : []),
        ...(container.name === 'auth' ? ['auth-key'] : []),
        ...(container.name === 'notifications' ? ['notifications-key'] : []),
      ];
      expect(keys.filter((key) => !own.includes(key))).toEqual([]);
    }
  });

  it('lets a service reach the ports of bus, database and store, and no others', async () => {
    const policies = (await render('everything-values.yaml')).filter(({ kind }) => kind === 'NetworkPolicy');
    const portsOf = (service: string) =>
      policies
        .find(({ metadata }) => metadata.labels['app.kubernetes.io/component'] === service)
        ?.spec.egress?.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
    expect(portsOf('publish')).toEqual([53, 53, 4222, 4223, 5432, 4318]);
    expect(portsOf('gateway')).toEqual([53, 53, 4222, 4223, 4318]);
  });

  it('lets auth alone reach where people sign in elsewhere, with secrets that somebody else has made', async () => {
    const peer = { ipBlock: { cidr: '10.1.2.3/32' } };
    const objects = await render('everything-values.yaml', {
      networkPolicy: { identityProviders: [peer] },
      signOn: { existingSecret: { name: 'sign-on' } },
    });
    const reaching = objects.filter(
      ({ kind, spec }) => kind === 'NetworkPolicy' && JSON.stringify(spec.egress).includes('10.1.2.3/32'),
    );
    expect(reaching.map(({ metadata }) => metadata.labels['app.kubernetes.io/component'])).toEqual(['auth']);
    const given = objects.filter(
      ({ kind, spec }) =>
        kind === 'Deployment' && JSON.stringify(spec.template).includes('WAYBILL_SIGN_ON_CLIENT_SECRET'),
    );
    expect(given.map(({ metadata }) => metadata.labels['app.kubernetes.io/component'])).toEqual(['auth']);
  });

  it('lets publish alone reach the forges at which owners prove names', async () => {
    const peer = { ipBlock: { cidr: '10.1.2.4/32' } };
    const objects = await render('everything-values.yaml', { networkPolicy: { forges: [peer] } });
    const reaching = objects.filter(
      ({ kind, spec }) => kind === 'NetworkPolicy' && JSON.stringify(spec.egress).includes('10.1.2.4/32'),
    );
    expect(reaching.map(({ metadata }) => metadata.labels['app.kubernetes.io/component'])).toEqual(['publish']);
  });

  it('lets only who delivers webhooks and mails reach strangers, and nobody in a private network (W3)', async () => {
    const policies = (await render('everything-values.yaml')).filter(({ kind }) => kind === 'NetworkPolicy');
    const reaching = policies.filter(({ spec }) => spec.egress?.some(({ to }) => to !== undefined));
    expect(reaching.map(({ metadata }) => metadata.labels['app.kubernetes.io/component'])).toEqual(['notifications']);
    const peers = reaching.flatMap(({ spec }) => spec.egress?.flatMap(({ to = [] }) => to) ?? []);
    expect(peers).toEqual([
      { ipBlock: { cidr: '0.0.0.0/0', except: expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16']) as unknown } },
      { ipBlock: { cidr: '::/0', except: expect.arrayContaining(['fc00::/7', 'fe80::/10']) as unknown } },
    ]);
  });

  it('sets no variable twice, and lets a service have a log level of its own', async () => {
    for (const { kind, spec } of await render('everything-values.yaml')) {
      if (kind !== 'Deployment' && kind !== 'Job') continue;
      const container = spec.template!.spec.containers[0]!;
      const names = container.env.map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
      if (container.name !== 'scanner') continue;
      expect(container.env).toContainEqual({ name: 'WAYBILL_LOG_LEVEL', value: 'debug' });
    }
  });

  it('refuses to have set by hand what holds the installation together', async () => {
    const values = { scanner: { environment: { WAYBILL_NATS_USER: 'operator' } } };
    await expect(render('s3-values.yaml', values)).rejects.toThrow('scanner: WAYBILL_NATS_USER is set by the chart');
  });

  it('gives a disruption budget one of its two bounds', async () => {
    const budgets = (await render('everything-values.yaml')).filter(({ kind }) => kind === 'PodDisruptionBudget');
    const bounds = budgets.map(({ metadata, spec }) => {
      const { maxUnavailable, minAvailable } = spec;
      return [metadata.labels['app.kubernetes.io/component'], { maxUnavailable, minAvailable }];
    });
    expect(Object.fromEntries(bounds)).toMatchObject({
      search: { maxUnavailable: undefined, minAvailable: 1 },
      publish: { maxUnavailable: 1, minAvailable: undefined },
    });
  });

  it.each([
    ['ConfigMap', { existingConfigMap: 'ca', existingSecret: '' }, { configMap: { name: 'ca' } }],
    ['Secret', { existingSecret: 'ca', existingConfigMap: '' }, { secret: { secretName: 'ca' } }],
  ])('has every pod, and the provisioner, trust the certificates of a %s', async (_what, extraCaCerts, volume) => {
    for (const { kind, spec } of await render('s3-values.yaml', { extraCaCerts })) {
      if (kind !== 'Deployment' && kind !== 'Job') continue;
      const pod = spec.template!.spec;
      expect(pod.volumes).toContainEqual(expect.objectContaining({ name: 'ca', ...deepMatch(volume) }));
      const container = pod.containers[0]!;
      expect(container.env).toContainEqual({ name: 'NODE_EXTRA_CA_CERTS', value: '/etc/waybill/ca/ca.crt' });
      expect(container.volumeMounts).toContainEqual({ name: 'ca', mountPath: '/etc/waybill/ca', readOnly: true });
    }
  });

  it('mounts no certificates where there are none', async () => {
    expect(await renderText('s3-values.yaml')).not.toContain('NODE_EXTRA_CA_CERTS');
  });
});

function deepMatch(volume: Readonly<Record<string, object>>): object {
  return Object.fromEntries(Object.entries(volume).map(([kind, fields]) => [kind, expect.objectContaining(fields)]));
}

/** In the order of the alphabet: that of a topology is no promise. */
function allowed(role: BusRole): object {
  const { publish, subscribe } = permissionsOf(role);
  return {
    publish: { allow: publish.toSorted() },
    subscribe: { allow: subscribe.toSorted() },
    allow_responses: true,
  };
}

async function secretOf(): Promise<Readonly<Record<string, string>>> {
  const secret = (await render('s3-values.yaml')).find(({ kind }) => kind === 'Secret');
  return secret?.stringData ?? {};
}
