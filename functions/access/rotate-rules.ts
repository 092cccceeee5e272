import type { Configuration } from '../config/schema.ts';
import type { ResourceRule } from './cluster-rules.ts';

/** The part of a configuration that decides what a rotation may do in a cluster. */
export type RotationChoice = Pick<Configuration['rotation'], 'allow' | 'options'>;

/** One line of the table: what is needed, what for, and which setting of greenlight.yaml opens it. */
interface RotateRule {
  readonly apiGroup: string;
  /** With the subresource, as in `pods/eviction`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly purpose: string;
  /** @default always */
  readonly setting?: RotateSetting;
}

/** Settings that let a rotation do more than evict. */
const rotateSettings = {
  'rotation.allow': ({ allow }: RotationChoice) => allow.unmanaged.length + allow.force.length > 0,
  'rotation.options.surge': ({ options }: RotationChoice) => options.surge === true,
} as const satisfies Readonly<Record<string, (choice: RotationChoice) => boolean>>;
type RotateSetting = keyof typeof rotateSettings;

const read = ['get', 'list'];

/** What a rotation does in a cluster, and nothing else: no Secrets, no ConfigMaps, no templates of pods. */
export const rotateTable: readonly RotateRule[] = [
  { apiGroup: '', resources: ['nodes', 'pods'], verbs: read, purpose: 'which nodes are Ready, what runs on them' },
  { apiGroup: '', resources: ['persistentvolumes'], verbs: read, purpose: 'volumes that are bound to a zone or to a node' },
  { apiGroup: '', resources: ['namespaces'], verbs: read, purpose: 'namespaces that terminate' },
  {
    apiGroup: 'apps',
    resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
    verbs: read,
    purpose: 'owners of pods, replicas before and after',
  },
  { apiGroup: '', resources: ['services'], verbs: read, purpose: 'which pods webhooks and load balancers reach' },
  {
    apiGroup: 'elbv2.k8s.aws',
    resources: ['targetgroupbindings'],
    verbs: read,
    purpose: 'which namespaces the AWS Load Balancer Controller serves',
  },
  { apiGroup: 'batch', resources: ['jobs'], verbs: read, purpose: 'owners of pods' },
  { apiGroup: 'policy', resources: ['poddisruptionbudgets'], verbs: read, purpose: 'what may be evicted now' },
  { apiGroup: 'storage.k8s.io', resources: ['volumeattachments'], verbs: read, purpose: 'a volume must leave before the next pod goes' },
  { apiGroup: 'discovery.k8s.io', resources: ['endpointslices'], verbs: read, purpose: 'backends of webhooks' },
  {
    apiGroup: 'admissionregistration.k8s.io',
    resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    verbs: read,
    purpose: 'webhooks that could refuse every eviction',
  },
  { apiGroup: '', resources: ['nodes'], verbs: ['patch'], purpose: 'cordon, our annotation, the load balancer label; all taken back' },
  { apiGroup: '', resources: ['pods/eviction'], verbs: ['create'], purpose: 'move pods; the API server keeps disruption budgets' },
  {
    apiGroup: '',
    resources: ['pods'],
    verbs: ['delete'],
    purpose: 'pods without a controller, or blocked ones after an approval, in the namespaces that are listed',
    setting: 'rotation.allow',
  },
  {
    apiGroup: 'apps',
    resources: ['deployments/scale'],
    verbs: ['get', 'patch'],
    purpose: 'one replica more while pods move',
    setting: 'rotation.options.surge',
  },
  {
    apiGroup: 'autoscaling',
    resources: ['horizontalpodautoscalers'],
    verbs: [...read, 'patch'],
    purpose: 'the same where replicas follow an autoscaler',
    setting: 'rotation.options.surge',
  },
];

/** The rules of the ClusterRole under a configuration. Rules with the same group and verbs are one. */
export function rotateRules(choice: RotationChoice): readonly ResourceRule[] {
  const rules = new Map<string, ResourceRule>();
  for (const { apiGroup, verbs, resources, setting } of rotateTable) {
    if (setting !== undefined && !rotateSettings[setting](choice)) continue;
    const key = `${apiGroup} ${verbs}`;
    const known = rules.get(key)?.resources ?? [];
    rules.set(key, { apiGroups: [apiGroup], resources: [...known, ...resources], verbs: [...verbs] });
  }
  return [...rules.values()];
}
