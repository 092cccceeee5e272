import type { LiveInstance } from '../node-groups/live-group.ts';

/** State of one target of a target group. */
export interface TargetHealth {
  readonly targetGroup: string;
  /** Id of an instance, or an address. */
  readonly target: string;
  /** `healthy`, `initial`, `unhealthy`, `unused`, `draining`, `unavailable`, `unhealthy.draining`. */
  readonly state: string;
  readonly reason: string | null;
}

/** No load balancer asks for it, so that its health says nothing. */
function countsNot({ state, reason }: TargetHealth): boolean {
  return state === 'unavailable' || (state === 'unused' && reason === 'Target.NotInUse');
}

/** Instances of a group that are no healthy targets, `i-1 in web is initial`. One that is not registered yet counts as well. */
export function unhealthyTargets(
  health: ReadonlyMap<string, readonly TargetHealth[]>,
  instances: readonly Pick<LiveInstance, 'id' | 'lifecycleState'>[],
): string[] {
  const serving = instances.filter(({ lifecycleState }) => lifecycleState === 'InService');
  return [...health].flatMap(([targetGroup, targets]) =>
    serving.flatMap(({ id }) => {
      const target = targets.find((one) => one.target === id);
      if (target && (target.state === 'healthy' || countsNot(target))) return [];
      return `${id} in ${nameOf(targetGroup)} is ${target?.state ?? 'not registered'}`;
    }),
  );
}

/** `arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/6d0ecf831eec9f09` → `web` */
function nameOf(arn: string): string {
  return arn.split('/').at(-2) ?? arn;
}
