import { describe, expect, it } from 'vitest';
import { groups } from '../../../../functions/rotation/decide/preflight/groups.ts';
import { blueGroup, brief, facts, greenGroup } from '../../preflight-builders.ts';

const found = (...of: Parameters<typeof facts>) => brief(groups(facts(...of)));
const issue = (code: string) => ({ status: 'DEGRADED', issues: [{ code, message: 'as EKS says it' }] });

describe('(1) both groups and the cluster are at rest', () => {
  it('a cluster that is being updated is left alone', () => {
    const cluster = { status: 'UPDATING', ipFamily: null, zonalShift: false, autoMode: false };
    expect(found({ cluster })).toEqual(['block cluster-not-active Cluster payments']);
  });

  it('a group that is updated takes no other change; one that goes is no group', () => {
    expect(found({ blue: blueGroup({ status: 'UPDATING', updating: true }) })).toEqual(['block group-updating Node group workers-a']);
    expect(found({ green: greenGroup({ status: 'DELETING', updating: true }) })).toEqual(['block group-not-active Node group workers-b']);
    expect(found({ blue: blueGroup({ kind: 'autoScaling', name: 'eks-workers-a', status: null }) })).toEqual([]);
  });

  it('DEGRADED goes through only with an issue that is understood', () => {
    expect(found({ blue: blueGroup(issue('PodEvictionFailure')) })).toEqual(['warn group-degraded Node group workers-a']);
    expect(found({ blue: blueGroup(issue('Ec2LaunchTemplateNotFound')) })).toEqual(['block group-degraded Node group workers-a']);
    expect(found({ blue: blueGroup({ status: 'DEGRADED' }) })).toEqual(['block group-degraded Node group workers-a']);
  });

  it('a failed launch matters to who launches', () => {
    expect(found({ blue: blueGroup(issue('NodeCreationFailure')) })).toEqual(['warn group-degraded Node group workers-a']);
    expect(found({ green: greenGroup(issue('NodeCreationFailure')) })).toEqual(['block group-degraded Node group workers-b']);
  });

  it('green has no node, unless it is ours', () => {
    const green = greenGroup({ bounds: { min: 0, desired: 2, max: 6 } });
    expect(found({ green })).toEqual(['block green-not-empty Node group workers-b']);
    expect(found({ green, greenIsOurs: true })).toEqual([]);
  });

  it('blue has nodes, and is not green', () => {
    expect(found({ blue: blueGroup({}, {}, 0) })).toEqual(['block blue-empty Node group workers-a']);
    expect(found({ green: greenGroup({ autoScalingGroupName: 'eks-workers-a' }) })).toEqual(['block same-group Node group workers-b']);
  });

  it('instances that never joined are counted in blue, and told', () => {
    const [problem] = groups(facts({ blue: blueGroup({}, {}, 4) }));
    expect(problem).toMatchObject({ id: 'instance-without-node', severity: 'warn' });
    expect(problem?.message).toContain('i-blue3');
  });
});
