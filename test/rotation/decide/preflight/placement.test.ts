import { describe, expect, it } from 'vitest';
import { capacity } from '../../../../functions/rotation/decide/preflight/capacity.ts';
import { placement } from '../../../../functions/rotation/decide/preflight/placement.ts';
import { pods } from '../../../../functions/rotation/decide/preflight/pods.ts';
import { blueGroup, blueNode, brief, claim, facts, greenGroup, m5large, node, view, volume, web } from '../../preflight-builders.ts';

const one = (spec: object) => view({ pods: [web('web-1-a', 'blue-0', spec)] });
const placed = (spec: object, more: Parameters<typeof facts>[0] = {}) => brief(placement(facts({ view: one(spec), ...more })));
const asks = (requests: object) => ({ containers: [{ name: 'app', resources: { requests } }] });
const pod = 'Pod shop/web-1-a';

describe('(5, 6, 7) pods fit green', () => {
  it('a selector that only blue matches has nowhere to go', () => {
    const pinned = { nodeSelector: { 'eks.amazonaws.com/nodegroup': 'workers-a' } };
    expect(brief(pods(facts({ view: one(pinned) })))).toEqual([`block pod-no-destination ${pod}`]);
    expect(pods(facts({ view: one(pinned) }))[0]?.rule).toBe('7');
    expect(placed(pinned)).toEqual([]);
    expect(brief(pods(facts({ view: one({ nodeSelector: { team: 'shop' } }) })))).toEqual([]);
  });

  it('labels in user data cannot be known: a plain group that has no node yet', () => {
    const green = greenGroup({ kind: 'autoScaling', labels: {} });
    expect(brief(pods(facts({ green, view: one({ nodeSelector: { team: 'shop' } }) })))).toEqual([`warn pod-no-destination ${pod}`]);
    const tags = [{ key: 'k8s.io/cluster-autoscaler/node-template/label/team', value: 'shop', propagateAtLaunch: true }];
    expect(
      brief(pods(facts({ green: greenGroup({ kind: 'autoScaling', labels: {}, tags }), view: one({ nodeSelector: { team: 'shop' } }) }))),
    ).toEqual([]);
  });

  it('a clone has the labels of blue, not what names a node or a group', () => {
    const given = (nodeSelector: object) => brief(pods(facts({ create: {}, view: one({ nodeSelector }) })));
    expect(given({ team: 'shop' })).toEqual([]);
    expect(given({ 'kubernetes.io/arch': 'amd64', 'topology.kubernetes.io/zone': 'eu-west-1b' })).toEqual([]);
    expect(given({ 'eks.amazonaws.com/nodegroup': 'workers-a' })).toEqual([`block pod-no-destination ${pod}`]);
  });

  it('other types have another architecture', () => {
    const arm = {
      create: { instanceTypes: ['m7g.large'] },
      instanceTypes: [m5large, { ...m5large, name: 'm7g.large', architecture: 'arm64' }],
    };
    const selecting = one({ nodeSelector: { 'kubernetes.io/arch': 'amd64' } });
    expect(brief(pods(facts({ ...arm, view: selecting })))).toEqual([`block pod-no-destination ${pod}`]);
  });

  it('taints of green keep pods off, except for the guard of a standby', () => {
    const tainted = (key: string) => greenGroup({ taints: [{ key, value: 'true', effect: 'NO_SCHEDULE' }] });
    expect(placed({}, { green: tainted('dedicated') })).toEqual([`block pod-untolerated-taint ${pod}`]);
    expect(placed({ tolerations: [{ key: 'dedicated', operator: 'Exists' }] }, { green: tainted('dedicated') })).toEqual([]);
    expect(placed({}, { green: tainted('eks-greenlight/standby') })).toEqual([]);
  });

  it('a volume is in a zone that green has', () => {
    const db = { volumes: [claim('data')] };
    const inZone = (zone: string) => ({ view: { ...one(db), persistentVolumes: [volume('data', { zone })] } });
    expect(brief(pods(facts(inZone('eu-west-1b'))))).toEqual([]);
    const green = greenGroup({ zones: ['eu-west-1a'] });
    const problems = pods(facts({ ...inZone('eu-west-1b'), green }));
    expect(brief(problems)).toEqual([`block pod-volume-zone-not-covered ${pod}`]);
    expect(problems[0]?.rule).toBe('5');
  });

  it('what no node of green is large enough for blocks; what only an estimate says warns', () => {
    expect(placed(asks({ cpu: '1900m' }))).toEqual([]);
    expect(placed(asks({ cpu: '1950m' }))).toEqual([`block pod-insufficient-resource ${pod}`]);
    const other = { green: greenGroup({}, { instanceTypes: ['m6i.large'] }), instanceTypes: [{ ...m5large, name: 'm6i.large' }] };
    expect(placed(asks({ cpu: '1950m' }), other)).toEqual([`warn pod-insufficient-resource ${pod}`]);
    expect(placed(asks({ cpu: '2500m' }), other)).toEqual([`block pod-insufficient-resource ${pod}`]);
    expect(placed(asks({ 'nvidia.com/gpu': '1' }), other)).toEqual([`block pod-insufficient-resource ${pod}`]);
  });

  it('a pod that green does not take, but another node does, lands there', () => {
    const spare = node('spare', { status: { allocatable: { cpu: '8', memory: '32Gi', pods: '50' } } });
    const seen = { ...one(asks({ cpu: '4' })), nodes: [...view().nodes, spare] };
    expect(placed({}, { view: seen })).toEqual([`warn pod-lands-elsewhere ${pod}`]);
    const full = { ...seen, pods: [...seen.pods, web('big', 'spare', asks({ cpu: '5' }))] };
    expect(placed({}, { view: full })).toEqual([`block pod-insufficient-resource ${pod}`]);
  });
});

describe('(6) green offers what blue offers', () => {
  const found = (...of: Parameters<typeof facts>) => brief(capacity(facts(...of)));
  const typed = (name: string, parts: object) => ({
    green: greenGroup({}, { instanceTypes: [name] }),
    instanceTypes: [{ ...m5large, name, ...parts }],
  });

  it('the same type is enough', () => {
    expect(found()).toEqual([]);
  });

  it('a smaller one needs more nodes, or is too small with all headroom', () => {
    expect(found(typed('m5.medium', { vcpus: 1, memoryMiB: 4096 }))).toContain('block green-too-small Resource cpu');
    const green = capacity(facts({ ...typed('m5.medium', { vcpus: 2, memoryMiB: 6144 }) }));
    expect(brief(green)).toEqual(['info green-grows Resource memory']);
  });

  it('devices count where pods ask for them', () => {
    const gpuNodes = [0, 1, 2].map((index) =>
      blueNode(index, { status: { allocatable: { cpu: '1930m', memory: '7Gi', pods: '29', 'nvidia.com/gpu': '1' } } }),
    );
    const asking = view({ nodes: gpuNodes, pods: [web('web-1-a', 'blue-0', asks({ 'nvidia.com/gpu': '1' }))] });
    const without = typed('m6i.large', {});
    expect(found({ view: asking, ...without })).toEqual(['block green-too-small Resource nvidia.com/gpu']);
    expect(found({ view: view({ nodes: gpuNodes }), ...without })).toEqual([]);
    const plugin = gpuNodes.map((one) => ({
      ...one,
      status: { ...one.status, allocatable: { cpu: '1', memory: '1Gi', pods: '9', 'x.io/fpga': '1' } },
    }));
    const fpga = view({ nodes: plugin, pods: [web('web-1-a', 'blue-0', asks({ 'x.io/fpga': '1' }))] });
    expect(found({ view: fpga, ...without })).toEqual(['warn green-too-small Resource x.io/fpga']);
  });

  it('nothing is certain of a type that is not known', () => {
    expect(found({ green: greenGroup({}, { instanceTypes: ['m9.huge'] }), blue: blueGroup(), instanceTypes: [] })).toEqual([]);
  });
});
