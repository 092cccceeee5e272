import type { LiveGroup } from '../../node-groups/live-group.ts';
import type { Problem } from '../../record.ts';
import { minutes } from '../../step.ts';
import { predictionOf } from './duration.ts';
import type { PreflightFacts } from './facts.ts';
import { groupsOf, nameOfGroup } from './group-names.ts';
import { block, blockIf, counted, info, listed, warn } from './problems.ts';

type Side = 'blue' | 'green';
interface Member {
  readonly side: Side;
  readonly group: LiveGroup;
}

/** (16) What else acts on the Auto Scaling groups. F-14, F-15, F-18, F-19. */
export function autoScaling(facts: PreflightFacts): Problem[] {
  return groupsOf(facts).flatMap((member) => [
    ...operator(member),
    ...suspended(member, facts),
    ...refreshes(member),
    ...scheduled(member, facts),
    ...policies(member),
    ...lifetime(member, facts),
    ...protectedInstances(member),
    ...hooks(member, facts),
  ]);
}

/** (17) Instances of a warm pool are stopped: they are no nodes. A group that goes to zero returns its instances there. F-17. */
export function warmPools(facts: PreflightFacts): Problem[] {
  return groupsOf(facts)
    .filter(({ group }) => group.warmPool !== null)
    .map(({ group }) =>
      warn(
        'warm-pool',
        '17',
        nameOfGroup(group),
        'it has a warm pool: instances that leave may be kept there',
        'empty the warm pool afterwards',
      ),
    );
}

/** (18) EKS replaces nodes that stay unhealthy, also while the rotation runs. F-08. */
export function nodeRepair(facts: PreflightFacts): Problem[] {
  return groupsOf(facts)
    .filter(({ group }) => group.nodeRepair)
    .map(({ group }) => info('node-repair', '18', nameOfGroup(group), 'node auto repair is on: EKS may replace nodes meanwhile', null));
}

function operator({ group }: Member): Problem[] {
  if (group.operator === null) return [];
  const message = `it is operated by ${group.operator}: its processes and tags may not be changed, and bounds and annotations must do`;
  return [warn('asg-operated', '16', nameOfGroup(group), message, null)];
}

/** Green cannot grow without Launch, and blue cannot go without Terminate. */
function suspended({ side, group }: Member, { ourSuspensions }: PreflightFacts): Problem[] {
  const ours = ourSuspensions[group.autoScalingGroupName] ?? [];
  const needed = side === 'green' ? 'Launch' : 'Terminate';
  return group.suspendedProcesses
    .filter((process) => (process === 'Launch' || process === 'Terminate') && !ours.includes(process))
    .map((process) => {
      const harm = process === 'Launch' ? 'it cannot get nodes' : 'it cannot give nodes back';
      return blockIf(
        process === needed,
        'process-suspended',
        '16',
        nameOfGroup(group),
        `somebody has suspended ${process}: ${harm}`,
        `resume ${process}, or find out who suspended it`,
      );
    });
}

function refreshes({ group }: Member): Problem[] {
  return group.instanceRefreshes.map((id) =>
    block('instance-refresh', '16', nameOfGroup(group), `instance refresh ${id} is active: it replaces nodes`, 'cancel it, or wait for it'),
  );
}

/** They are held back while the rotation runs, and not made up for; where processes may not be suspended they run. */
function scheduled({ group }: Member, facts: PreflightFacts): Problem[] {
  const until = facts.now.getTime() + minutes(predictionOf(facts).total.max);
  return (facts.scheduledActions ?? [])
    .filter((action) => action.group === group.autoScalingGroupName)
    .filter(({ nextAt }) => nextAt === null || Date.parse(nextAt) <= until)
    .map(({ name, nextAt }) => {
      const when = nextAt === null ? 'at a time that could not be verified' : `at ${nextAt}`;
      const then = group.operator === null ? 'it is held back, and not made up for' : 'it cannot be held back there';
      return blockIf(
        group.operator !== null && nextAt !== null,
        'scheduled-action-due',
        '16',
        nameOfGroup(group),
        `scheduled action ${name} is due ${when}, before the rotation must have ended: ${then}`,
        'start the rotation at another time, or move the action',
      );
    });
}

function policies({ group }: Member): Problem[] {
  return group.policies.map(({ name, type }) => {
    const object = nameOfGroup(group);
    if (type === 'PredictiveScaling') {
      const message = `predictive scaling policy ${name} may ask for other sizes: its minimum and maximum hold it`;
      return warn('predictive-policy', '16', object, message, 'set the policy to forecast only while the rotation runs');
    }
    if (group.operator !== null) return warn('scaling-policy', '16', object, `scaling policy ${name} cannot be held back there`, null);
    return info('scaling-policy', '16', object, `scaling policy ${name} is held back while the rotation runs`, null);
  });
}

/** Certain where an instance reaches its age before the rotation is expected to have ended; a node is about as old as its instance. */
function lifetime({ side, group }: Member, facts: PreflightFacts): Problem[] {
  const { maxInstanceLifetimeSeconds: seconds } = group;
  if (seconds === null || seconds === 0) return [];
  const names = side === 'blue' ? facts.blueNodes : facts.greenNodes;
  const until = facts.now.getTime() + minutes(predictionOf(facts).total.expected);
  const due = (facts.view?.nodes ?? []).filter(
    ({ metadata }) =>
      names.has(metadata.name) && metadata.creationTimestamp != null && Date.parse(metadata.creationTimestamp) + seconds * 1000 <= until,
  );
  const message = `instances are replaced after ${Math.round(seconds / 86_400)} days`;
  const remedy = 'take the maximum instance lifetime away while the rotation runs';
  if (due.length === 0) return [warn('instance-lifetime', '16', nameOfGroup(group), `${message}: none is expected to be due`, remedy)];
  const nodes = listed(due.map(({ metadata }) => metadata.name).sort());
  return [block('instance-lifetime', '16', nameOfGroup(group), `${message}, and ${nodes} would be due while the rotation runs`, remedy)];
}

function protectedInstances({ side, group }: Member): Problem[] {
  const object = nameOfGroup(group);
  const found: Problem[] = [];
  if (group.protectedInstances.length > 0) {
    const many = counted(group.protectedInstances.length, 'instance');
    const message = `${many} protected from scale-in: ${listed([...group.protectedInstances].sort())}`;
    found.push(warn('scale-in-protection', '16', object, `${message}: the group cannot go to zero`, 'take the protection away in time'));
  }
  if (group.newInstancesProtected) {
    const then = side === 'blue' ? 'what a revert launches stays' : 'a revert cannot take it back to zero';
    found.push(warn('new-instances-protected', '16', object, `new instances are protected from scale-in: ${then}`, null));
  }
  return found;
}

/** A hook holds each instance until its heartbeat times out, unless somebody completes it. */
function hooks({ side, group }: Member, { lifecycleHooks, options }: PreflightFacts): Problem[] {
  return (lifecycleHooks ?? [])
    .filter((hook) => hook.group === group.autoScalingGroupName)
    .map(({ name, transition, heartbeatSeconds }) => {
      const launching = transition.endsWith('LAUNCHING');
      const limit = (launching ? options.joinMinutes : options.retireDeadlineMinutes) * 60;
      const matters = launching ? side === 'green' : side === 'blue';
      const held =
        heartbeatSeconds === null ? 'for as long as its heartbeat, which could not be verified' : `for up to ${heartbeatSeconds} s`;
      const message = `lifecycle hook ${name} holds each instance ${launching ? 'that is launched' : 'that is terminated'} ${held}`;
      const long = heartbeatSeconds === null || heartbeatSeconds > limit;
      const remedy = launching ? 'raise joinMinutes, or shorten the heartbeat' : 'raise retireDeadlineMinutes, or shorten the heartbeat';
      if (matters && long) return warn('lifecycle-hook', '16', nameOfGroup(group), `${message}, longer than the rotation waits`, remedy);
      return info('lifecycle-hook', '16', nameOfGroup(group), message, null);
    });
}
