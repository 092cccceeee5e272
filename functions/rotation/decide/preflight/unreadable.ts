import type { Problem } from '../../record.ts';
import type { Piece, PreflightFacts, Unreadable } from './facts.ts';
import { block, warn } from './problems.ts';

/** The point that could not be verified, and whether to act without it would be unsafe. */
const meanings: Readonly<Record<Piece, { readonly rule: string; readonly what: string; readonly unsafe: boolean }>> = {
  cluster: { rule: '1', what: 'the state of the cluster', unsafe: true },
  blue: { rule: '1', what: 'the blue group', unsafe: true },
  green: { rule: '1', what: 'the green group', unsafe: true },
  view: { rule: '25', what: 'nodes, pods, budgets and controllers of the cluster', unsafe: true },
  quota: { rule: '3', what: 'the vCPU quota and its use', unsafe: false },
  subnets: { rule: '4', what: 'free addresses of the subnets of green', unsafe: false },
  instanceTypes: { rule: '6', what: 'what the instance types of green offer', unsafe: false },
  networking: { rule: '4', what: 'how many addresses the VPC CNI keeps warm', unsafe: false },
  webhooks: { rule: '13', what: 'admission webhooks and their backends', unsafe: false },
  autoscalers: { rule: '15', what: 'the flags of the Cluster Autoscaler', unsafe: false },
  nodePools: { rule: '15', what: 'whether Karpenter has node pools', unsafe: false },
  scheduledActions: { rule: '16', what: 'when scheduled actions are due', unsafe: false },
  lifecycleHooks: { rule: '16', what: 'lifecycle hooks', unsafe: false },
  volumeAttachments: { rule: '21', what: 'attachments of volumes', unsafe: false },
  insights: { rule: '24', what: 'the ROLLBACK_READINESS insights', unsafe: false },
  access: { rule: '25', what: 'what the rotation may do in the cluster', unsafe: false },
};

/** "Unknown" is never success (V15): whatever could not be read is said, and refuses where nobody should act without it. */
export function unreadable({ unreadable: all, clusterName }: PreflightFacts): Problem[] {
  return all.map(({ piece, message }: Unreadable) => {
    const { rule, what, unsafe } = meanings[piece];
    return unsafe
      ? block(`${idOf(piece)}-unreadable`, rule, `Cluster ${clusterName}`, `could not read ${what}: ${message}`, remedy)
      : warn(`${idOf(piece)}-not-verified`, rule, `Cluster ${clusterName}`, `could not be verified: ${what}: ${message}`, remedy);
  });
}

const remedy = 'see that the rotate role and its Kubernetes group may read it, and that the API can be reached';

const idOf = (piece: Piece): string => piece.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
