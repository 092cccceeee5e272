import type { PodBehaviour } from './behaviour.ts';
import { addPod, type LiveCluster, newMetadata } from './cluster.ts';
import type { Labels, LiveBudget, PodSpec, Template } from './objects.ts';
import { newPod } from './pods.ts';

/** Something that a user applies to a cluster. */
export interface Declaration {
  apply(cluster: LiveCluster): void;
  /** Applied last, when the rest has settled: what begins with the world. */
  readonly last?: boolean;
}

export interface WorkloadInput {
  readonly name: string;
  /** @default shop */
  readonly namespace?: string;
  /** @default 1 */
  readonly replicas?: number;
  /** @default 250m */
  readonly cpu?: string;
  /** @default 256Mi */
  readonly memory?: string;
  /** Of the pods; `app: name` always. */
  readonly labels?: Labels;
  /** Of the pods. */
  readonly annotations?: Labels;
  /** Whatever else the pods are to have. */
  readonly spec?: PodSpec;
  /** A budget over its pods, of the same name. */
  readonly budget?: BudgetInput;
  readonly behaviour?: PodBehaviour;
}

export type BudgetInput = Pick<LiveBudget['spec'], 'minAvailable' | 'maxUnavailable' | 'unhealthyPodEvictionPolicy'>;

export function deployment(
  input: WorkloadInput & { readonly autoscaler?: { readonly min: number; readonly max: number; readonly wanted: number } },
): Declaration {
  return {
    apply(cluster) {
      const { namespace, key, selector, template } = prepare(cluster, input);
      const { name, replicas = 1, autoscaler } = input;
      cluster.objects.deployments.set(key, {
        metadata: newMetadata(cluster, { name, namespace, labels: { app: name } }),
        spec: { replicas, selector, template },
        status: { replicas: 0, readyReplicas: 0 },
      });
      if (autoscaler) {
        cluster.objects.autoscalers.set(key, {
          metadata: newMetadata(cluster, { name, namespace }),
          spec: { minReplicas: autoscaler.min, maxReplicas: autoscaler.max, scaleTargetRef: { kind: 'Deployment', name } },
          status: { desiredReplicas: autoscaler.wanted },
        });
      }
      cluster.changed();
    },
  };
}

/** @param input with `storage` each replica has a volume of its own, in the zone where it first ran */
export function statefulSet(input: WorkloadInput & { readonly storage?: boolean; readonly parallel?: boolean }): Declaration {
  return {
    apply(cluster) {
      const { namespace, key, selector, template } = prepare(cluster, input);
      const { name, replicas = 1, storage = false, parallel = false } = input;
      cluster.objects.statefulSets.set(key, {
        metadata: newMetadata(cluster, { name, namespace, labels: { app: name } }),
        spec: {
          replicas,
          selector,
          template,
          podManagementPolicy: parallel ? 'Parallel' : 'OrderedReady',
          ...(storage ? { volumeClaimTemplates: [{ metadata: { name: 'data' } }] } : {}),
        },
        status: { replicas: 0, readyReplicas: 0 },
      });
      cluster.changed();
    },
  };
}

export function daemonSet(input: WorkloadInput): Declaration {
  return {
    apply(cluster) {
      const { namespace, key, selector, template } = prepare(cluster, { namespace: 'kube-system', cpu: '50m', memory: '64Mi', ...input });
      cluster.objects.daemonSets.set(key, {
        metadata: newMetadata(cluster, { name: input.name, namespace }),
        spec: { selector, template },
        status: { desiredNumberScheduled: 0, numberReady: 0 },
      });
      cluster.changed();
    },
  };
}

/** A Job whose pod runs for so long, from about when the world begins. */
export function job(input: Omit<WorkloadInput, 'replicas'> & { readonly seconds: number }): Declaration {
  return {
    last: true,
    apply(cluster) {
      const behaviour = { ...input.behaviour, durationMs: input.seconds * 1000 };
      const { namespace, key, template } = prepare(cluster, { ...input, behaviour });
      cluster.objects.jobs.set(key, {
        metadata: newMetadata(cluster, { name: input.name, namespace }),
        spec: { template },
        status: { active: 0, succeeded: 0, conditions: [] },
      });
      cluster.changed();
    },
  };
}

/** A pod that nobody would make again. */
export function barePod(input: Omit<WorkloadInput, 'replicas'>): Declaration {
  return {
    apply(cluster) {
      const { namespace, template } = prepare(cluster, input);
      const { labels, annotations = {} } = template.metadata;
      addPod(
        cluster,
        newPod(cluster, { name: input.name, namespace, labels: { ...labels }, annotations: { ...annotations } }, template.spec),
      );
    },
  };
}

/** A budget over pods with these labels. */
export function budget(input: BudgetInput & { readonly name: string; readonly namespace?: string; readonly selects: Labels }): Declaration {
  return {
    apply(cluster) {
      const { name, namespace = 'shop', selects, ...rest } = input;
      cluster.objects.budgets.set(`${namespace}/${name}`, {
        metadata: newMetadata(cluster, { name, namespace }),
        spec: { ...rest, selector: { matchLabels: selects } },
        status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, observedGeneration: 0, disruptedPods: {} },
      });
      cluster.changed();
    },
  };
}

/** Namespace, behaviour and budget of a workload, and what its object needs. */
function prepare(cluster: LiveCluster, input: WorkloadInput) {
  const { name, namespace = 'shop', cpu = '250m', memory = '256Mi' } = input;
  const key = `${namespace}/${name}`;
  addNamespace(cluster, namespace);
  if (input.behaviour) cluster.behaviours.byWorkload.set(key, input.behaviour);
  if (input.budget) budget({ name, namespace, selects: { app: name }, ...input.budget }).apply(cluster);
  const template: Template = {
    metadata: { labels: { app: name, ...input.labels }, ...(input.annotations ? { annotations: input.annotations } : {}) },
    spec: {
      terminationGracePeriodSeconds: 30,
      containers: [{ name, image: `registry.example/${name}:1.0`, resources: { requests: { cpu, memory } } }],
      ...input.spec,
    },
  };
  return { namespace, key, template, selector: { matchLabels: { app: name } } };
}

export function addNamespace(cluster: LiveCluster, name: string): void {
  if (cluster.objects.namespaces.has(name)) return;
  cluster.objects.namespaces.set(name, { metadata: newMetadata(cluster, { name }), spec: {}, status: { phase: 'Active' } });
}
