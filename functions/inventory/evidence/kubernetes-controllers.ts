import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { describeEach, listCollector, listPermission } from '../listing.ts';
import { parseAnswer } from '../parse.ts';
import { labelSelector, metadata } from './kubernetes-metadata.ts';
import { podTemplate } from './kubernetes-pod-spec.ts';

/** What all three kinds that keep a number of replicas say of them. */
const replicated = z.object({
  replicas: z.number().nullish(),
  minReadySeconds: z.number().nullish(),
  selector: labelSelector.nullish(),
  template: podTemplate.nullish(),
});

const replicaCounts = z.object({ replicas: z.number().nullish(), readyReplicas: z.number().nullish() });

const deployment = z.object({
  metadata,
  spec: replicated.extend({ strategy: z.object({ type: z.string().nullish() }).nullish() }).nullish(),
  status: replicaCounts.nullish(),
});
export type Deployment = z.output<typeof deployment>;

const statefulSet = z.object({
  metadata,
  spec: replicated.extend({ podManagementPolicy: z.string().nullish() }).nullish(),
  status: replicaCounts.nullish(),
});
export type StatefulSet = z.output<typeof statefulSet>;

const daemonSet = z.object({
  metadata,
  spec: z.object({ selector: labelSelector.nullish(), template: podTemplate.nullish() }).nullish(),
  status: z.object({ desiredNumberScheduled: z.number().nullish(), numberReady: z.number().nullish() }).nullish(),
});
export type DaemonSet = z.output<typeof daemonSet>;

/** Metadata of every ReplicaSet; spec and status only where nothing owns it, because a Deployment speaks for its own. */
const replicaSet = z.object({ metadata, spec: replicated.nullish() });
export type ReplicaSet = z.output<typeof replicaSet>;

export const deployments = defineEvidence({
  key: 'kubernetes.deployments',
  summary: 'Deployments of all namespaces',
  schema: z.array(deployment),
  kubernetes: listPermission('apps', 'deployments'),
  collect: listCollector('/apis/apps/v1/deployments', deployment),
});

export const statefulSets = defineEvidence({
  key: 'kubernetes.statefulSets',
  summary: 'StatefulSets of all namespaces',
  schema: z.array(statefulSet),
  kubernetes: listPermission('apps', 'statefulsets'),
  collect: listCollector('/apis/apps/v1/statefulsets', statefulSet),
});

export const daemonSets = defineEvidence({
  key: 'kubernetes.daemonSets',
  summary: 'DaemonSets of all namespaces',
  schema: z.array(daemonSet),
  kubernetes: listPermission('apps', 'daemonsets'),
  collect: listCollector('/apis/apps/v1/daemonsets', daemonSet),
});

const replicaSetsPath = '/apis/apps/v1/replicasets';
const listReplicaSetMetadata = listCollector(replicaSetsPath, replicaSet, { metadataOnly: true });

export const replicaSets = defineEvidence({
  key: 'kubernetes.replicaSets',
  summary: 'ReplicaSets: metadata of all, the whole object of those without an owner',
  schema: z.array(replicaSet),
  kubernetes: [{ apiGroup: 'apps', resources: ['replicasets'], verbs: ['list', 'get'] }],
  collect: async (context) => {
    const all = await listReplicaSetMetadata(context);
    const kubernetes = await context.kubernetes();
    const paths = new Map<string, ReplicaSet>();
    for (const one of all) {
      const { name, namespace, ownerReferences } = one.metadata;
      if (!ownerReferences?.some((owner) => owner.controller)) paths.set(`/apis/apps/v1/namespaces/${namespace}/replicasets/${name}`, one);
    }
    const whole = await describeEach([...paths.keys()], async (path) => parseAnswer(replicaSet, await kubernetes.get(path), `GET ${path}`));
    const bare = new Set(paths.values());
    return [...all.filter((one) => !bare.has(one)), ...whole];
  },
});
