import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';

/** Values of the label `eks.amazonaws.com/compute-type` of nodes whose operating system and runtime AWS chooses and replaces.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/automode-learn-instances.html
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/fargate.html */
const computeTypes: ReadonlySet<string> = new Set(['auto', 'fargate']);

/** A node of EKS Auto Mode or of Fargate: nobody else can change what runs on it. */
export function isMaintainedByAws({ metadata }: Pick<Node, 'metadata'>): boolean {
  return computeTypes.has(metadata.labels?.['eks.amazonaws.com/compute-type'] ?? '');
}
