import { createCluster } from '../build/cluster.ts';
import { createNodegroup } from '../build/eks.ts';
import { createNodes } from '../build/nodes.ts';
import { createServices } from '../build/services.ts';
import { createSite } from '../build/site.ts';
import { createPod, createPodDisruptionBudget, createReplicaSet, createStatefulSet, type Release } from '../build/workloads.ts';
import * as charts from './charts.ts';
import { eksAddons } from './eks-components.ts';

/** The busiest cluster of the company: 1.34, eleven days before the end of standard support. */
export function paymentsEu(accountId: string) {
  const site = createSite({ accountId, region: 'eu-west-1', name: 'payments-eu', octet: 20, freeAddresses: [1410, 1388, 37] });
  const repository = `${accountId}.dkr.ecr.eu-west-1.amazonaws.com/payments`;
  const { addons, release } = eksAddons(site, {
    'vpc-cni': 'v1.20.5-eksbuild.1',
    coredns: 'v1.12.4-eksbuild.5',
    'kube-proxy': 'v1.33.8-eksbuild.4',
    'aws-ebs-csi-driver': 'v1.44.0-eksbuild.1',
    'eks-pod-identity-agent': 'v1.3.10-eksbuild.2',
    'metrics-server': 'v0.8.0-eksbuild.6',
  });
  const checkout = createServices(
    { namespace: 'checkout', partOf: 'team-checkout', repository },
    {
      'payments-api': { version: '3.14.2', replicas: 8, cpu: '500m', memory: '1Gi' },
      'checkout-api': {
        version: '7.2.0',
        replicas: 6,
        sidecars: [{ name: 'statsd-exporter', image: 'quay.io/prometheus/statsd-exporter:v0.28.0', readinessProbe: false }],
      },
      'card-vault': {
        version: '2.9.1',
        replicas: 4,
        budget: { maxUnavailable: 0 },
        podAnnotations: { 'container.apparmor.security.beta.kubernetes.io/card-vault': 'localhost/pci-card-vault' },
      },
      'three-d-secure': { version: '1.6.4', replicas: 3, budget: { minAvailable: 3 } },
      'fraud-scoring': { version: '5.0.3', replicas: 5, spread: 'anti-affinity' },
      'merchant-portal': { version: '12.1.0', replicas: 3, minReadySeconds: 0 },
      'refund-worker': { version: '3.14.2', replicas: 2, readinessProbe: false, budget: 'none' },
      'webhook-dispatcher': { version: '4.4.0', replicas: 4, budget: { minAvailable: '50%' } },
      'receipt-renderer': { version: '1.1.9', replicas: 1 },
      'currency-rates': { version: '0.9.2', replicas: 2, spread: 'none' },
    },
  );
  const ledger = createServices(
    { namespace: 'ledger', partOf: 'team-ledger', repository },
    {
      'ledger-api': { version: '6.8.0', replicas: 4 },
      'ledger-writer': { version: '6.8.0', replicas: 1, strategy: 'Recreate', terminationGracePeriodSeconds: 120 },
      'settlement-engine': { version: '2.3.5', replicas: 3, budget: { minAvailable: '100%' } },
      reconciliation: { version: '2.0.1', replicas: 2, minReadySeconds: 0, budget: 'none' },
      'statement-export': { version: '1.4.0', replicas: 2, minReadySeconds: 0 },
      'fx-hedging': { version: '0.12.0', replicas: 2 },
    },
  );
  const platform = createServices(
    { namespace: 'platform', partOf: 'team-platform', repository: `${accountId}.dkr.ecr.eu-west-1.amazonaws.com/platform` },
    {
      'feature-flags': { version: '2.2.0', replicas: 3 },
      'audit-log': { version: '3.0.4', replicas: 3 },
      'identity-broker': { version: '8.1.1', replicas: 4, priorityClassName: 'business-critical' },
      'node-janitor': {
        version: '0.3.0',
        replicas: 2,
        volumes: [{ name: 'docker', hostPath: { path: '/var/run/docker.sock' } }],
        mountPaths: ['/var/run/docker.sock'],
      },
    },
  );
  const state: Release = {
    statefulSets: [
      createStatefulSet({
        namespace: 'checkout',
        name: 'redis',
        image: 'docker.io/library/redis:8.2.3',
        partOf: 'team-checkout',
        replicas: 3,
        storage: true,
      }),
      createStatefulSet({
        namespace: 'ledger',
        name: 'kafka',
        image: 'quay.io/strimzi/kafka:0.49.0-kafka-4.1.1',
        partOf: 'team-ledger',
        replicas: 3,
        storage: true,
        terminationGracePeriodSeconds: 0,
      }),
      createStatefulSet({
        namespace: 'ledger',
        name: 'etcd-locks',
        image: 'quay.io/coreos/etcd:v3.6.6',
        partOf: 'team-ledger',
        replicas: 1,
        storage: true,
      }),
    ],
    podDisruptionBudgets: [
      createPodDisruptionBudget({ namespace: 'checkout', name: 'redis', maxUnavailable: 1 }),
      createPodDisruptionBudget({ namespace: 'ledger', name: 'kafka', maxUnavailable: 1 }),
      // A second budget of somebody who did not know of the first: an eviction of these pods is answered with 500.
      createPodDisruptionBudget({ namespace: 'checkout', name: 'payments-api-sre', workload: 'payments-api', minAvailable: 4 }),
    ],
    replicaSets: [
      createReplicaSet({
        namespace: 'checkout',
        name: 'payments-api-canary',
        image: `${repository}/payments-api:3.15.0-rc.1`,
        replicas: 1,
        partOf: 'team-checkout',
      }),
    ],
    pods: [
      createPod({ namespace: 'checkout', name: 'debug-shell', image: 'docker.io/nicolaka/netshoot:v0.14', readinessProbe: false }),
      createPod({
        namespace: 'ledger',
        name: 'nightly-settlement-29398050-x7kqz',
        image: `${repository}/settlement-engine:2.3.5`,
        job: 'nightly-settlement-29398050',
        readinessProbe: false,
      }),
    ],
  };
  return createCluster(site, {
    cluster: { version: '1.34', tags: { environment: 'production', 'cost-center': '4100', team: 'team-payments' } },
    nodegroups: [
      createNodegroup(site, {
        nodegroupName: 'general',
        version: '1.34',
        releaseVersion: '1.34.5-20261102',
        scalingConfig: { minSize: 6, maxSize: 18, desiredSize: 9 },
      }),
      createNodegroup(site, {
        nodegroupName: 'card-vault',
        version: '1.33',
        releaseVersion: '1.33.8-20260914',
        labels: { workload: 'pci' },
        scalingConfig: { minSize: 3, maxSize: 6, desiredSize: 3 },
      }),
    ],
    nodes: [
      ...createNodes(site, { pool: 'general', count: 9, kubelet: '1.34' }),
      ...createNodes(site, { pool: 'card-vault', count: 3, kubelet: '1.33', labels: { workload: 'pci' } }),
    ],
    addons,
    releases: [
      release,
      checkout,
      ledger,
      platform,
      state,
      charts.clusterAutoscaler({ version: 'v1.33.2' }),
      charts.loadBalancerController({ version: 'v2.14.1' }),
      charts.ingressNginx({ version: 'v1.13.3' }),
      charts.externalDns({ version: 'v0.20.0' }),
      charts.certManager({ version: 'v1.19.1' }),
      charts.externalSecrets({ version: 'v1.1.0' }),
      charts.argoCd({ version: 'v3.2.1' }),
      charts.monitoring(),
      charts.fluentBit(),
    ],
    troubles: { 'ledger/statement-export': { crashLooping: 1 }, 'checkout/webhook-dispatcher': { unready: 2 } },
  });
}
