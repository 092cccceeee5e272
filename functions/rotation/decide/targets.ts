/** A target group with the state of its instances. */
export interface TargetGroupHealth {
  readonly arn: string;
  /** By instance id: `healthy`, `unhealthy`, `initial`, `draining`, `unused` … */
  readonly states: ReadonlyMap<string, string>;
}

/** `targetgroup/web/0123456789abcdef`: the part of an ARN that people know it by. */
export function nameOfTargetGroup(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}

const healthyAmong = ({ states }: TargetGroupHealth, ids: readonly string[]) => ids.filter((id) => states.get(id) === 'healthy').length;

/** How many of the instances that stay must be healthy before others may leave: the same share of them, and at least one; 0 where the group that
 *  leaves serves nothing. */
export function wantedTargets(group: TargetGroupHealth, leaving: readonly string[], staying: readonly string[]): number {
  const before = healthyAmong(group, leaving);
  return before === 0 ? 0 : Math.max(1, Math.ceil((before * staying.length) / leaving.length));
}

/** Why a target group does not carry what it is to carry; undefined when it does.
 *  @param staying instance ids */
export function tooFewTargets(group: TargetGroupHealth, staying: readonly string[], wanted: number): string | undefined {
  const now = healthyAmong(group, staying);
  if (now >= wanted) return undefined;
  return `${nameOfTargetGroup(group.arn)} has ${now} healthy targets of the nodes that take over, expected ${wanted}`;
}

/** Why nodes may not leave a target group yet: the other group must carry it, with at least the same share of its instances healthy as the group
 *  that leaves has (F-65, F-67). A group that serves nothing there is not asked of the other one either.
 *  @param leaving and staying: instance ids
 *  @returns a sentence; undefined when they may leave */
export function notReadyToLeave(
  groups: readonly TargetGroupHealth[],
  leaving: readonly string[],
  staying: readonly string[],
): string | undefined {
  for (const group of groups) {
    const why = tooFewTargets(group, staying, wantedTargets(group, leaving, staying));
    if (why !== undefined) return why;
  }
  return undefined;
}

/** Instances that a target group still sends requests to, or lets finish theirs. */
export function stillServing(groups: readonly TargetGroupHealth[], instances: readonly string[]): string[] {
  return instances.filter((id) => groups.some(({ states }) => ![undefined, 'unused'].includes(states.get(id))));
}
