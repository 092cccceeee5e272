import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { forEachLimited } from '../functions/fleet/fan-out.ts';

/** Size of the large cluster of the benchmarks. */
export const large = { nodes: 1000, podsPerNode: 10, deployments: 2000, oldReplicaSetsPerDeployment: 4 };

const inFlight = 64;

/** The admin's kubeconfig, as the world writes it: JSON with certificate files. */
interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority': string } }[];
  readonly users: readonly { readonly user: { readonly 'client-certificate': string; readonly 'client-key': string } }[];
}

type Send = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ readonly metadata?: { readonly uid?: string; readonly remainingItemCount?: number } }>;

/** Creates nodes, pods, Deployments and old ReplicaSets through the API server, and waits until the pods run. */
export async function fillCluster(kubeconfigPath: string, progress: (text: string) => void): Promise<void> {
  const { send, close } = connectAdmin(kubeconfigPath);
  try {
    for (const namespace of ['fill', 'apps']) await send('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    await until('the default service account', () =>
      send('GET', '/api/v1/namespaces/fill/serviceaccounts/default').then(
        () => true,
        () => false,
      ),
    );
    progress(`creating ${large.nodes} nodes`);
    await forEachLimited(range(large.nodes), inFlight, async (index) => void (await send('POST', '/api/v1/nodes', node(index))));
    progress(`creating ${large.nodes * large.podsPerNode} pods`);
    await forEachLimited(
      range(large.nodes * large.podsPerNode),
      inFlight,
      async (index) => void (await send('POST', '/api/v1/namespaces/fill/pods', pod(index))),
    );
    progress(`creating ${large.deployments} Deployments and ${large.deployments * large.oldReplicaSetsPerDeployment} old ReplicaSets`);
    const uids = new Map<number, string>();
    await forEachLimited(range(large.deployments), inFlight, async (index) => {
      const created = await send('POST', '/apis/apps/v1/namespaces/apps/deployments', deployment(index));
      uids.set(index, created.metadata?.uid ?? '');
    });
    await forEachLimited(range(large.deployments * large.oldReplicaSetsPerDeployment), inFlight, async (number) => {
      const index = number % large.deployments;
      await send(
        'POST',
        '/apis/apps/v1/namespaces/apps/replicasets',
        oldReplicaSet(index, Math.floor(number / large.deployments), uids.get(index) ?? ''),
      );
    });
    progress('waiting for the pods to run');
    await until(
      'all pods running',
      async () => (await countOf(send, '/api/v1/namespaces/fill/pods', 'status.phase=Running')) >= large.nodes * large.podsPerNode,
    );
    await until(
      'the current ReplicaSets',
      async () => (await countOf(send, '/apis/apps/v1/replicasets', '')) >= large.deployments * (large.oldReplicaSetsPerDeployment + 1),
    );
  } finally {
    close();
  }
}

/** The API server as its administrator. */
export function connectAdmin(kubeconfigPath: string): { send: Send; text: (path: string) => Promise<string>; close: () => void } {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfigPath, 'utf8')) as Kubeconfig;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  if (!cluster || !user) throw new Error(`${kubeconfigPath} names no cluster or no user`);
  const { hostname, port } = new URL(cluster.server);
  const agent = new Agent({
    keepAlive: true,
    maxSockets: inFlight,
    ca: readFileSync(cluster['certificate-authority']),
    cert: readFileSync(user['client-certificate']),
    key: readFileSync(user['client-key']),
  });
  const raw = (method: string, path: string, body?: unknown): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request({ agent, method, hostname, port, path, headers: { 'content-type': 'application/json' } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if ((response.statusCode ?? 500) < 300) resolve(text);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`));
        });
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const send: Send = async (method, path, body) => JSON.parse(await raw(method, path, body));
  return { send, text: (path) => raw('GET', path), close: () => agent.destroy() };
}

/** How many objects there are, from a list of one and what the server says remains; with a selector the server does not say, so they are paged. */
async function countOf(send: Send, path: string, fieldSelector: string): Promise<number> {
  let total = 0;
  let token = '';
  do {
    const query = new URLSearchParams({
      limit: '2000',
      ...(fieldSelector ? { fieldSelector } : {}),
      ...(token ? { continue: token } : {}),
    });
    const page = (await send('GET', `${path}?${query}`)) as { items: unknown[]; metadata: { continue?: string } };
    total += page.items.length;
    token = page.metadata.continue ?? '';
  } while (token !== '');
  return total;
}

async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 300_000;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within five minutes`);
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

function node(index: number) {
  const resources = { cpu: '16', memory: '64Gi', pods: '110' };
  const nodeInfo = {
    ...{
      architecture: 'amd64',
      bootID: '',
      machineID: '',
      systemUUID: '',
      kernelVersion: '6.12.0',
      operatingSystem: 'linux',
      kubeProxyVersion: '',
    },
    ...{ containerRuntimeVersion: 'containerd://2.1.4', kubeletVersion: 'v1.34.2-eks-1234567', osImage: 'Amazon Linux 2023.9.20261101' },
  };
  return {
    metadata: {
      name: `fill-${index}`,
      labels: { 'eks.amazonaws.com/nodegroup': `fill-${index % 10}`, 'kubernetes.io/hostname': `fill-${index}` },
    },
    spec: { providerID: `aws:///eu-west-1a/i-${index.toString(16).padStart(17, '0')}` },
    status: { allocatable: resources, capacity: resources, nodeInfo },
  };
}

function pod(index: number) {
  const container = { name: 'c', image: 'registry.k8s.io/pause:3.10', resources: { requests: { cpu: '100m', memory: '64Mi' } } };
  return {
    metadata: { name: `p-${index}`, labels: { app: `a${index % 200}` } },
    spec: { nodeName: `fill-${index % large.nodes}`, containers: [container] },
  };
}

function template(index: number, labels: Record<string, string>, release: number) {
  const app = {
    name: 'app',
    image: `111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/app-${index}:2026.11.${release}`,
    env: range(12).map((setting) => ({ name: `SETTING_${setting}`, value: `value-${index}-${setting}` })),
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
  };
  return { metadata: { labels }, spec: { containers: [app, { name: 'sidecar', image: 'public.ecr.aws/envoy:1.33' }] } };
}

function deployment(index: number) {
  const labels = { app: `d${index}` };
  return {
    metadata: { name: `d${index}`, labels },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: template(index, labels, 20) },
  };
}

/** One of an earlier release: with the template of the Deployment it would be the current one. */
function oldReplicaSet(index: number, revision: number, uid: string) {
  const labels = { app: `d${index}`, 'pod-template-hash': `old${revision}` };
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: `d${index}`, uid, controller: true, blockOwnerDeletion: true };
  const annotations = { 'deployment.kubernetes.io/revision': String(revision) };
  return {
    metadata: { name: `d${index}-old${revision}`, labels, annotations, ownerReferences: [owner] },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: template(index, labels, revision) },
  };
}
