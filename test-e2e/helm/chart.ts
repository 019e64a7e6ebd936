import { join } from 'node:path';
import { goTool, tempDir } from '@waybill/testing';
import { execa } from 'execa';
import { parseAllDocuments, stringify } from 'yaml';

export const chartDirectory = join(import.meta.dirname, '../../helm/waybill');
export const kubernetesVersion = '1.36.0';

/** What the tests look into; everything else of an object is kubeconform's business. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly template?: { readonly spec: PodSpec };
    readonly maxUnavailable?: number;
    readonly minAvailable?: number;
    readonly egress?: readonly {
      readonly ports?: readonly { readonly port: number }[];
      readonly to?: readonly unknown[];
    }[];
  };
}

export interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: object;
  readonly containers: readonly {
    readonly name: string;
    readonly args: readonly string[];
    readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
    readonly securityContext: object;
    readonly volumeMounts: readonly object[];
  }[];
  readonly volumes: readonly object[];
}

export async function helm(...args: string[]) {
  const program = await goTool({ name: 'helm', package: 'helm.sh/helm/v3/cmd/helm', version: 'v3.22.0' });
  return await execa(program, args, { reject: false, timeout: 120_000 });
}

/** The manifests as text; throws with what helm says. `values` are on top of a file of helm/waybill/ci. */
export async function renderText(file: string, values: object = {}): Promise<string> {
  const files = ['--values', join(chartDirectory, 'ci', file), '--values', '-'];
  const program = await goTool({ name: 'helm', package: 'helm.sh/helm/v3/cmd/helm', version: 'v3.22.0' });
  const args = ['template', 'waybill', chartDirectory, '--kube-version', kubernetesVersion, ...files];
  return (await execa(program, args, { input: stringify(values), timeout: 120_000 })).stdout;
}

export async function render(file: string, values: object = {}): Promise<KubernetesObject[]> {
  const documents = parseAllDocuments(await renderText(file, values));
  return documents.map((document) => document.toJS() as KubernetesObject | null).filter((object) => object !== null);
}

export function kubeconform(): Promise<string> {
  return goTool({ name: 'kubeconform', package: 'github.com/yannh/kubeconform/cmd/kubeconform', version: 'v0.8.0' });
}

/**
 * JSON schemas of Kubernetes' own objects, from the package kubernetes-validate on PyPI, brought into the form that
 * kubeconform reads.
 */
export async function kubernetesSchemas() {
  const directory = await tempDir('kubernetes-schemas');
  const script = join(import.meta.dirname, 'kubernetes_schemas.py');
  await execa('python3', [script, directory.path, kubernetesVersion], { timeout: 180_000 });
  return directory;
}
