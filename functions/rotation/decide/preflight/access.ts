import type { Problem } from '../../record.ts';
import { compare } from './assessed-pods.ts';
import type { PreflightFacts } from './facts.ts';
import { block } from './problems.ts';

/** (25) What the rotation will do in the cluster it may do. F-77, D25. */
export function access({ access: asked }: PreflightFacts): Problem[] {
  return (asked ?? [])
    .filter(({ allowed }) => !allowed)
    .map(({ action }) =>
      block('access-missing', '25', 'Group eks-greenlight:rotate', `it may not ${action}`, 'apply the ClusterRole of the rotation'),
    )
    .sort((a, b) => compare(a.message, b.message));
}
