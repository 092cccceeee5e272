import type { LiveGroup } from '../../node-groups/live-group.ts';
import type { Problem } from '../../record.ts';
import type { AutoscalerFacts, PreflightFacts } from './facts.ts';
import { groupsOf } from './group-names.ts';
import { info, listed, warn } from './problems.ts';

/** (15) Who else changes the number of nodes. The bounds that a rotation writes hold the Cluster Autoscaler (F-20, F-21); Karpenter may take
 *  pods, and move them again (F-25). */
export function autoscalers(facts: PreflightFacts): Problem[] {
  const { autoscalers: found, nodePools, cluster } = facts;
  const scalers = (found ?? []).filter(({ replicas }) => replicas > 0).flatMap((scaler) => aboutScaler(scaler, facts));
  const pools =
    nodePools && nodePools.length > 0
      ? [
          warn(
            'karpenter',
            '15',
            `Karpenter node pools ${listed([...nodePools].sort())}`,
            `pods that green does not take at once may land on ${cluster?.autoMode ? 'nodes of EKS Auto Mode' : 'its nodes'}, and be moved again`,
            'set disruption budgets of the node pools to 0 while the rotation runs, if that matters',
          ),
        ]
      : [];
  return [...scalers, ...pools];
}

function aboutScaler(scaler: AutoscalerFacts, facts: PreflightFacts): Problem[] {
  const object = `Deployment ${scaler.namespace}/${scaler.name}`;
  const owned = groupsOf(facts)
    .filter(({ group }) => owns(scaler, group))
    .map(({ side }) => side);
  const flags = scaler.flags
    .filter(({ name }) => tellingFlags.includes(name))
    .map(({ name, value }) => `--${name}${value === '' ? '' : `=${value}`}`)
    .sort();
  const said = flags.length > 0 ? ` (${flags.join(' ')})` : '';
  if (owned.length === 0) return [info('cluster-autoscaler', '15', object, `it runs, and owns neither blue nor green${said}`, null)];
  const message = `it owns ${listed(owned)}${said}: minimum and maximum sizes hold it while the rotation runs`;
  return [info('cluster-autoscaler', '15', object, message, null)];
}

/** Flags that decide what it does to the two groups; of its command line, which may hold secrets, only these are kept. */
export const tellingFlags: readonly string[] = [
  'balance-similar-node-groups',
  'enforce-node-group-min-size',
  'expander',
  'node-group-auto-discovery',
  'nodes',
  'scale-down-enabled',
  'scale-down-unneeded-time',
  'skip-nodes-with-local-storage',
];

/** By name in `--nodes=min:max:name`, or by the tags that auto-discovery asks for.
 *  @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md#auto-discovery-setup */
function owns({ flags }: AutoscalerFacts, { autoScalingGroupName, tags }: LiveGroup): boolean {
  const keys = new Map(tags.map(({ key, value }) => [key, value]));
  return flags.some(({ name, value }) => {
    if (name === 'nodes') return value.split(':').slice(2).join(':') === autoScalingGroupName;
    if (name !== 'node-group-auto-discovery' || !value.startsWith('asg:tag=')) return false;
    return value
      .slice('asg:tag='.length)
      .split(',')
      .every((wanted) => {
        const [key = '', expected] = wanted.split('=');
        return keys.has(key) && (expected === undefined || keys.get(key) === expected);
      });
  });
}
