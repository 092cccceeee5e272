import { describe, expect, it } from 'vitest';
import { definitionsOf } from '../../simulator/build/system-objects.ts';
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
    securityContext: {
      appArmorProfile: { type: 'Localhost', localhostProfile: plant(`${where} appArmorProfile`) },
      windowsOptions: { gmsaCredentialSpec: plant(`${where} gmsaCredentialSpec`) },
    },
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

const appArmor = { 'container.apparmor.security.beta.kubernetes.io/app': 'localhost/k8s-app' };

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

function annotated({ annotations }: ReturnType<typeof metadata>) {
  return { ...annotations, ...appArmor };
}

function annotatedPod() {
  const made = pod();
  return { ...made, metadata: { ...made.metadata, annotations: annotated(made.metadata) } };
}

/** Something that is a member of the object itself rather than of its spec. */
const bare = (kind: string, more: object) => ({ ...object(kind, {}), ...more });

function webhookClient(where: string) {
  return {
    url: `https://user:${plant(`${where} url`)}@example.com/x?token=${plant(`${where} query`)}`,
    caBundle: plant(`${where} caBundle`),
    service: { namespace: 'shop', name: 'app', path: `/${plant(`${where} path`)}` },
  };
}

function customResourceDefinition() {
  const schema = { openAPIV3Schema: { description: plant('definition schema'), default: { token: plant('definition default') } } };
  const additionalPrinterColumns = [{ name: plant('definition column'), jsonPath: '.spec' }];
  return object('definition', {
    group: 'example.com',
    names: { kind: 'App', plural: 'apps', shortNames: [plant('definition short name')] },
    versions: [{ name: 'v1', served: true, storage: true, schema, additionalPrinterColumns }],
    conversion: { strategy: 'Webhook', webhook: { clientConfig: webhookClient('conversion'), conversionReviewVersions: ['v1'] } },
  });
}

/** Kinds that are read besides the workloads. */
function plantedLists() {
  const customResources = {
    '/apis/crd.k8s.amazonaws.com/v1alpha1/eniconfigs': [object('eniConfig', { subnet: 'subnet-1', token: plant('eniConfig field') })],
    '/apis/karpenter.sh/v1/nodepools': [
      object('nodePool', {
        template: {
          metadata: metadata('nodePool template'),
          spec: {
            nodeClassRef: { name: 'app' },
            userData: plant('nodePool userData'),
            kubelet: { clusterDNS: [plant('nodePool kubelet')] },
          },
        },
      }),
    ],
    '/apis/karpenter.k8s.aws/v1/ec2nodeclasses': [
      object('ec2NodeClass', {
        amiFamily: 'AL2023',
        userData: plant('ec2NodeClass userData'),
        tags: { token: plant('ec2NodeClass tag') },
        blockDeviceMappings: [{ ebs: { kmsKeyID: plant('ec2NodeClass key') } }],
        amiSelectorTerms: [{ alias: 'al2023@latest', token: plant('ec2NodeClass term') }],
      }),
    ],
  };
  const configMap = (name: string, data: object, where: string) => ({
    metadata: { ...metadata(where), name, namespace: 'kube-system' },
    data,
    binaryData: { token: plant(`${where} binaryData`) },
  });
  return {
    ...customResources,
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions': [...definitionsOf(Object.keys(customResources)), customResourceDefinition()],
    '/apis/batch/v1/jobs': [object('job')],
    '/apis/batch/v1/cronjobs': [
      object('cronJob', { jobTemplate: { metadata: metadata('cronJob jobTemplate'), spec: { template: template('cronJob') } } }),
    ],
    '/api/v1/namespaces': [object('namespace', { finalizers: [plant('namespace spec')] })],
    '/api/v1/services': [
      object('service', { type: 'ExternalName', externalName: plant('externalName'), ports: [{ name: plant('service port') }] }),
    ],
    '/apis/networking.k8s.io/v1/networkpolicies': [
      object('networkPolicy', { ingress: [{ from: [{ podSelector: { matchLabels: { token: plant('networkPolicy label') } } }] }] }),
    ],
    '/api/v1/persistentvolumes': [
      object('persistentVolume', {
        csi: {
          driver: 'ebs.csi.aws.com',
          volumeHandle: plant('volume handle'),
          volumeAttributes: { token: plant('volume attribute') },
          nodeStageSecretRef: { name: plant('volume secret') },
        },
        mountOptions: [`password=${plant('volume mount option')}`],
        nfs: { server: plant('volume server'), path: plant('volume path') },
      }),
    ],
    '/apis/storage.k8s.io/v1/storageclasses': [
      bare('storageClass', {
        provisioner: 'ebs.csi.aws.com',
        parameters: { kmsKeyId: plant('storageClass parameter') },
        mountOptions: [plant('storageClass mount option')],
      }),
    ],
    '/apis/scheduling.k8s.io/v1/priorityclasses': [bare('priorityClass', { value: 1, description: plant('priorityClass description') })],
    '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings': [
      bare('binding', {
        roleRef: { kind: 'ClusterRole', name: 'view' },
        subjects: [
          { kind: 'User', name: 'system:anonymous' },
          { kind: 'User', name: plant('another subject') },
        ],
      }),
      bare('another binding', { subjects: [{ kind: 'Group', name: plant('subject of another binding') }] }),
    ],
    '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations': [
      bare('validating', { webhooks: [{ name: 'a', clientConfig: webhookClient('validating') }] }),
    ],
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': [
      bare('mutating', { webhooks: [{ name: 'a', clientConfig: webhookClient('mutating') }] }),
    ],
    '/apis/discovery.k8s.io/v1/endpointslices': [
      {
        metadata: { name: 'app', namespace: 'shop', ...metadata('slice'), labels: { 'kubernetes.io/service-name': 'app' } },
        endpoints: [
          { addresses: [plant('slice address')], hostname: plant('slice host'), targetRef: { kind: 'Pod', uid: plant('slice uid') } },
        ],
        ports: [{ name: plant('slice port') }],
      },
    ],
    '/api/v1/configmaps': [
      configMap('kube-proxy-config', { config: 'mode: "iptables"', token: plant('another key') }, 'configMap'),
      configMap('kube-proxy', { kubeconfig: plant('kubeconfig') }, 'another configMap'),
    ],
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
        ...plantedLists(),
      },
    },
  };
}

/** Derived from the others, or from what this test does not plant. */
const mayBeEmpty = new Set(['kubernetes.appliedApiVersions', 'kubernetes.deprecatedApiRequests', 'kubernetes.helmReleases']);

describe('an inventory', () => {
  it('keeps of the annotations of a pod template its AppArmor profiles, and of the field that there is one', async () => {
    const clean = createPaymentsCluster();
    const planting = object('deployment');
    const made = template('deployment');
    const deployment = {
      ...planting,
      spec: { template: { ...made, metadata: { ...made.metadata, annotations: annotated(made.metadata) } } },
    };
    const daemonSet = object('daemonSet');
    const objects = {
      '/apis/apps/v1/deployments': [deployment],
      '/apis/apps/v1/daemonsets': [daemonSet],
      '/api/v1/pods': [annotatedPod()],
    };
    const { evidence } = await collectSimulated({ ...clean, apiServer: { ...clean.apiServer, objects } });
    const kept = (annotations: object | undefined) => ({
      template: {
        metadata: { labels: { app: 'app' }, annotations },
        spec: { containers: [{ securityContext: { appArmorProfile: {} } }] },
      },
    });
    expect(evidence['kubernetes.deployments']).toMatchObject({ data: [{ spec: kept(appArmor) }] });
    expect(evidence['kubernetes.daemonSets']).toMatchObject({ data: [{ spec: kept(undefined) }] });
    expect(JSON.stringify(evidence)).not.toContain(marker);
    expect(JSON.stringify(evidence['kubernetes.pods'])).not.toMatch(/apparmor/i);
  });

  it('holds no secret of any of the places where people and tools leave them', async () => {
    const cluster = plantedCluster();
    // What stands in the world, and is answered, can be found: otherwise nothing would be proven below.
    const world = JSON.stringify(cluster);
    for (const secret of planted) expect(world).toContain(secret);
    const inventory = await collectSimulated(cluster);
    expect(new Set(Object.values(outcomeOf(inventory)))).toEqual(new Set(['collected']));
    expect(JSON.stringify(inventory).match(/.{0,80}PLANTED.{0,40}/g)).toBeNull();
    // Of each kind there is something that was trimmed; an empty list would prove nothing.
    for (const [key, entry] of Object.entries(inventory.evidence))
      if (entry.status === 'collected' && key.startsWith('kubernetes.') && Array.isArray(entry.data) && !mayBeEmpty.has(key))
        expect([key, entry.data.length]).toEqual([key, expect.toSatisfy((length) => length > 0)]);
  });
});
