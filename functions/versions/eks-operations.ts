import * as z from 'zod';
import operationFacts from './facts/eks-operations.json' with { type: 'json' };

/** How long EKS takes for what a person starts, as AWS documents it: plans say it, no decision hangs on it. */
export const eksOperations = z
  .object({
    source: z.string().min(1),
    asOf: z.iso.date(),
    /** Minutes for one minor of the control plane. */
    controlPlaneUpdateMinutes: z.object({ expected: z.number().positive(), max: z.number().positive() }),
    /** Minutes that EKS takes for each node, or each set of nodes that it replaces at a time. */
    managedNodegroupMinutesPerNode: z.number().positive(),
    /** Days after an in-place update in which the control plane can go back one minor. */
    controlPlaneRollbackDays: z.number().positive(),
  })
  .parse(operationFacts);
