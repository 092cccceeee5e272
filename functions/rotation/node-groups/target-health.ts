import * as z from 'zod';
import { parseAnswer } from '../../inventory/parse.ts';
import type { TargetHealth } from '../decide/target-health.ts';
import type { RotationReads } from '../ports.ts';

const healthSchema = z.object({
  TargetHealthDescriptions: z
    .array(
      z.object({
        Target: z.object({ Id: z.string() }),
        TargetHealth: z.object({ State: z.string().nullish(), Reason: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
});

/** Health of all targets of target groups, by ARN. */
export async function readTargetHealth(
  { loadBalancing }: Pick<RotationReads, 'loadBalancing'>,
  targetGroups: readonly string[],
): Promise<ReadonlyMap<string, readonly TargetHealth[]>> {
  const entries = await Promise.all(
    targetGroups.map(async (targetGroup) => {
      const answer = await loadBalancing.describeTargetHealth({ TargetGroupArn: targetGroup });
      const parsed = parseAnswer(healthSchema, answer, `elasticloadbalancing:DescribeTargetHealth ${targetGroup}`);
      const targets = (parsed.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth: health }) => ({
        targetGroup,
        target: Target.Id,
        state: health?.State ?? 'unknown',
        reason: health?.Reason ?? null,
      }));
      return [targetGroup, targets] as const;
    }),
  );
  return new Map(entries);
}
