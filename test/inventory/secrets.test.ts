import { describe, expect, it } from 'vitest';
import type { SimulatedCluster } from '../../simulator/world.ts';
import { collectSimulated, createPaymentsCluster, outcomeOf } from './collect-simulated.ts';

const marker = 'PLANTED';
const planted: string[] = [];

function plant(where: string): string {
  const secret = `${marker}-${where}`;
  planted.push(secret);
  return secret;
}

/** Metadata with everything that people and tools leave in it. */
function metadata(kind: string) {
  return {
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ env: plant(`${kind} last-applied`) }),
      'vault.hashicorp.com/token': plant(`${kind} annotation`),
    },
    managedFields: [{ manager: 'kubectl', fieldsV1: { [`f:${plant(`${kind} managedFields`)}`]: {} } }],
    finalizers: [plant(`${kind} finalizer`)],
  };
}

function probe(where: string) {
  return {
    exec: { command: ['curl', plant(`${where} command`)] },
    httpGet: { path: `/?token=${plant(`${where} path`)}`, httpHeaders: [{ name: 'Authorization', value: plant(`${where} header`) }] },
  };
}

function container(where: string) {
  return {
    env: [
      { name: plant(`${where} env name`), value: plant(`${where} env value`) },
      { name: 'B', valueFrom: { secretKeyRef: { name: plant(`${where} secretKeyRef`), key: 'password' } } },
    ],
    envFrom: [{ secretRef: { name: plant(`${where} envFrom`) } }],
    args: [plant(`${where} args`)],
    command: [plant(`${where} command`)],
    workingDir: plant(`${where} workingDir`),
    readinessProbe: probe(`${where} readinessProbe`),
    livenessProbe: probe(`${where} livenessProbe`),
    startupProbe: probe(`${where} startupProbe`),
    lifecycle: { preStop: { exec: { command: [plant(`${where} preStop`)] } } },
  };
}

function podSpec(where: string) {
  return {
    containers: [{ name: 'app', image: 'app:1', ...container(`${where} container`) }],
    initContainers: [{ name: 'migrate', image: 'app:1', ...container(`${where} initContainer`) }],
    ephemeralContainers: [{ name: 'debug', image: 'app:1', ...container(`${where} ephemeralContainer`) }],
    imagePullSecrets: [{ name: plant(`${where} imagePullSecrets`) }],
    hostAliases: [{ ip: '10.0.0.1', hostnames: [plant(`${where} hostAliases`)] }],
    volumes: [
      { name: 'a', secret: { secretName: plant(`${where} secret volume`), items: [{ key: plant(`${where} secret item`), path: 'x' }] } },
      { name: 'b', csi: { driver: 'secrets-store', volumeAttributes: { token: plant(`${where} csi attribute`) } } },
      { name: 'c', gitRepo: { repository: `https://user:${plant(`${where} gitRepo`)}@example.com/x.git` } },
      { name: 'd', projected: { sources: [{ secret: { name: plant(`${where} projected`) } }] } },
    ],
  };
}

function template(kind: string) {
  return { metadata: { ...metadata(`${kind} template`), labels: { app: 'app' } }, spec: podSpec(`${kind} template`) };
}

/** A controller or any other object of Kubernetes, with a template where its kind has one. */
function object(kind: string, spec: object = { template: template(kind) }) {
  return {
    metadata: { name: 'app', namespace: 'shop', ...metadata(kind) },
    spec,
    status: { conditions: [{ type: 'A', status: 'True', message: plant(`${kind} condition`) }] },
  };
}

function pod() {
  const terminated = { reason: 'Error', exitCode: 1, message: plant('pod terminated message') };
  return {
    metadata: { name: 'app-1', namespace: 'shop', ...metadata('pod') },
    spec: podSpec('pod'),
    status: {
      phase: 'Running',
      message: plant('pod status message'),
      conditions: [{ type: 'Ready', status: 'False', message: plant('pod condition message') }],
      containerStatuses: [
        { name: 'app', state: { terminated }, lastState: { terminated: { message: plant('pod lastState message') } } },
        { name: 'b', state: { waiting: { reason: 'CrashLoopBackOff', message: plant('pod waiting message') } } },
      ],
    },
  };
}

function plantedCluster(): SimulatedCluster {
  const clean = createPaymentsCluster();
  const cluster = { ...clean.cluster, clientRequestToken: plant('cluster token'), identity: { oidc: { issuer: plant('oidc issuer') } } };
  const nodegroups = clean.nodegroups.map((one) => ({ ...one, remoteAccess: { ec2SshKey: plant('ssh key') } }));
  const addons = clean.addons.map((one) => ({ ...one, configurationValues: plant('configurationValues') }));
  return {
    ...clean,
    cluster,
    nodegroups,
    addons,
    apiServer: {
      ...clean.apiServer,
      objects: {
        '/api/v1/nodes': [object('node', { podCIDR: '10.0.0.0/24', configSource: { configMap: { name: plant('node configSource') } } })],
        '/api/v1/pods': [pod()],
        '/apis/apps/v1/deployments': [object('deployment')],
        '/apis/apps/v1/statefulsets': [
          object('statefulSet', { template: template('statefulSet'), volumeClaimTemplates: [{ metadata: metadata('claim') }] }),
        ],
        '/apis/apps/v1/daemonsets': [object('daemonSet')],
        '/apis/apps/v1/replicasets': [object('replicaSet')],
        '/apis/policy/v1/poddisruptionbudgets': [object('podDisruptionBudget', { maxUnavailable: 1 })],
      },
    },
  };
}

describe('an inventory', () => {
  it('holds no secret of any of the places where people and tools leave them', async () => {
    const cluster = plantedCluster();
    // What stands in the world, and is answered, can be found: otherwise nothing would be proven below.
    const world = JSON.stringify(cluster);
    for (const secret of planted) expect(world).toContain(secret);
    const inventory = await collectSimulated(cluster);
    expect(new Set(Object.values(outcomeOf(inventory)))).toEqual(new Set(['collected']));
    expect(JSON.stringify(inventory).match(/.{0,80}PLANTED.{0,40}/g)).toBeNull();
  });
});
