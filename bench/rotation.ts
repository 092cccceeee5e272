import { loadavg } from 'node:os';
import { join } from 'node:path';
import { defaultOptions } from '../functions/config/rotation-options.ts';
import { isRevertPhase, type Phase } from '../functions/rotation/phases.ts';
import { startWorld } from '../test/local-aws/start-world.ts';
import { worldTools } from './large-cluster.ts';
import { atMost, type Figure, markdownTable, rounded, type Section } from './report.ts';
import { dollarsOf, transitionsOf } from './rotation-cost.ts';
import { type Rotated, rotateForReal } from './rotation-run.ts';
import { divide, type Spent } from './rotation-trace.ts';
import { openWitness } from './rotation-witness.ts';
import { benchWorld, fillForRotation, sizes } from './rotation-world.ts';

/** All that differs from the defaults. */
const soaks = { batchSoakMinutes: 0.1, poolSoakMinutes: 0.5 };
/** Minutes a node of an update that EKS itself does, and the share of it that a rotation may take. */
const managed = { minutesPerNode: 5, share: 1 / 5 };

/** A rotation of 100 nodes to its end, and beside it one that goes back after its first full batch, each on a control plane of its own. */
export async function benchRotation(progress: (text: string) => void): Promise<Section> {
  const tools = worldTools();
  progress('starting two control planes');
  const world = await startWorld(benchWorld(['forward', 'back']), tools);
  // The adapters take endpoints and credentials from the environment, as everywhere.
  const before = { ...process.env };
  Object.assign(process.env, world.environment);
  try {
    const rotate = async (cluster: string, abortAfter?: number) => {
      const kubectl = [join(tools.KUBERNETES_BIN, 'kubectl'), '--kubeconfig', world.kubeconfigOf(cluster)];
      await fillForRotation(kubectl);
      const witness = openWitness(kubectl);
      try {
        return await rotateForReal({ cluster, witness, options: soaks, progress, ...(abortAfter !== undefined && { abortAfter }) });
      } finally {
        witness.close();
      }
    };
    // The first batch is a canary.
    const [forward, back] = await Promise.all([rotate('forward'), rotate('back', 2)]);
    return sectionOf(forward, back);
  } finally {
    for (const name of Object.keys(world.environment)) delete process.env[name];
    Object.assign(process.env, before);
    await world.close();
  }
}

function sectionOf(forward: Rotated, back: Rotated): Section {
  const outcomes = [forward, back].map(({ record }) => record.outcome?.name);
  if (outcomes[0] !== 'succeeded' || outcomes[1] !== 'reverted')
    throw new Error(
      `expected succeeded and reverted, got ${outcomes.join(' and ')}: ${back.record.outcome?.cause ?? forward.record.outcome?.cause}`,
    );
  const spent = divide(forward.steps, forward.endedAt);
  const total = sum([...spent.values()]);
  const left = soakSecondsLeftOut(forward);
  const overhead = total.work + total.late;
  const wall = total.wall + left.seconds;
  return {
    title: 'Rotation of a node group',
    notes: [
      `A cluster of ${sizes.nodes} nodes in group blue and none in green, both managed, on a real Kubernetes 1.34.4 API server: ${sizes.pods} pods, ` +
        `10 a node, in ${sizes.deployments} Deployments, each with a budget (maxUnavailable ${sizes.maxUnavailable}), CoreDNS with one, and a DaemonSet. EKS, Auto Scaling and IAM are those of ` +
        'test/local-aws/world, the nodes kwok’s with its fast stages: a node joins after about a second, a pod is ready after 1.5 s and gone after 0.7 s. ' +
        'The machines are the files of state-machines/, in this process; steps, adapters and waits are real, the store is in memory, and latencies of Step Functions, ' +
        'Lambda and S3 are not in it. Another rotation on another control plane, at the same time, is aborted when its first full batch is done, and goes back.',
      `Options are the defaults, except that a batch soaks ${soaks.batchSoakMinutes * 60} s instead of ${defaultOptions.batchSoakMinutes} min, and the group ` +
        `${soaks.poolSoakMinutes * 60} s instead of ${defaultOptions.poolSoakMinutes} min. “With the default soaks” adds the difference (${rounded(left.seconds / 60)} min) to the time that was measured, and nothing to the overhead: it is the overhead that was measured.`,
      'Overhead is the time that is neither configured nor spent on what was not yet as wanted. Configured: soaks; the ten seconds between two looks at empty nodes; one poll between two looks at a green that is well. ' +
        'Not yet as wanted, while the machine waits: green nodes that it has asked for are not Ready, pods that it has asked to go are there, the budget of a pod that is left allows no eviction, a workload ' +
        'lacks Ready pods, blue nodes that it has let go are there; until the moment at which a watch of the administrator’s saw the last of them change. ' +
        'The rest is overhead: steps at work, and the time from that moment until the next look, a change of a node group included. An eviction ' +
        `whose budget somebody else changes at that moment is tried again by the API server after half a second, within the step. Load of the machine, mean of the last 15 minutes: ${rounded(loadavg()[2] ?? Number.NaN)}.`,
    ],
    figures: [
      { what: 'wall time, soaks shortened', value: total.wall / 60, unit: 'min' },
      atMost('wall time with the default soaks', wall / 60, 'min', managed.minutesPerNode * sizes.nodes * managed.share),
      {
        what: `the same, beside a managed update at ${managed.minutesPerNode} min a node`,
        value: wall / 60 / (managed.minutesPerNode * sizes.nodes),
        unit: 'times',
      },
      { what: 'overhead', value: overhead, unit: 's' },
      atMost('overhead with the default soaks', (100 * overhead) / wall, '%', 5),
      { what: 'overhead, soaks shortened', value: (100 * overhead) / total.wall, unit: '%' },
      ...revertFigures(back),
      ...requestFigures(forward),
      atMost('largest payload of a state', Math.max(forward.execution.largestPayload, back.execution.largestPayload) / 1024, 'KiB', 32),
      { what: 'steps', value: forward.steps.length, unit: '' },
      { what: 'state transitions, child executions included', value: transitionsOf(forward.execution), unit: '' },
      {
        what: 'largest record in the store',
        value: Math.max(...forward.steps.map(({ record }) => JSON.stringify(record).length)) / 1024,
        unit: 'KiB',
      },
      atMost('Step Functions, Lambda and S3, default soaks', dollarsOf(forward, left.looks), '$', 0.1),
    ],
    tables: [
      markdownTable([
        ['phase, seconds', 'wall', 'configured', 'not yet as wanted', 'steps at work', 'looked late'],
        ...[...spent].map(([phase, of]) => row(phase, of)),
        row('in all', total),
      ]),
      markdownTable([['revert, seconds', 'wall'], ...revertPhasesOf(back).map(([phase, seconds]) => [phase, rounded(seconds)])]),
    ],
  };
}

const row = (name: string, { wall, configured, watched, work, late }: Spent): string[] => [
  name,
  ...[wall, configured, watched, work, late].map(rounded),
];

function sum(parts: readonly Spent[]): Spent {
  const of = (key: keyof Spent) => parts.reduce((total, one) => total + one[key], 0);
  return { wall: of('wall'), configured: of('configured'), watched: of('watched'), work: of('work'), late: of('late') };
}

/** What the default soaks are longer, and how many looks more they have. */
function soakSecondsLeftOut({ record }: Rotated): { readonly seconds: number; readonly looks: number } {
  const ofBatches = record.batches.length * (defaultOptions.batchSoakMinutes - soaks.batchSoakMinutes) * 60;
  const ofPool = (defaultOptions.poolSoakMinutes - soaks.poolSoakMinutes) * 60;
  return { seconds: ofBatches + ofPool, looks: Math.ceil((ofBatches + ofPool) / defaultOptions.gateSeconds) };
}

/** A step that reads the cluster lists nodes and pods once each. */
function requestFigures({ steps }: Rotated): Figure[] {
  const most = (call: string, of = steps) => Math.max(...of.map(({ calls }) => calls.get(call) ?? 0));
  const passes = steps.filter(({ part, phase }) => phase === 'drain' && part === 'drain-nodes');
  const calls = passes.map((one) => [...one.calls].reduce((total, [call, times]) => total + (isWrite(call) ? 0 : times), 0));
  return [
    atMost('lists of nodes in a pass of the drain', most('kubernetes.list /api/v1/nodes', passes), '', 1),
    atMost('lists of pods in a pass of the drain (pages of 500)', most('kubernetes.list /api/v1/pods', passes), '', 1),
    { what: 'lists of nodes in any other step, at most', value: most('kubernetes.list /api/v1/nodes'), unit: '' },
    { what: 'read calls in a pass, AWS and Kubernetes, at most', value: Math.max(...calls), unit: '' },
  ];
}

const isWrite = (call: string): boolean => call === 'kubernetes.evictPod' || call === 'kubernetes.patch';

function revertFigures({ abortedAt = Number.NaN, uncordonedAt = Number.NaN, endedAt, steps }: Rotated): Figure[] {
  const noticed = steps.find(({ from, answer }) => from >= abortedAt && answer.status === 'failed');
  return [
    {
      what: 'revert: from the abort until a step has read it (it comes between two steps; a wait before it is up to 60 s)',
      value: ((noticed?.to ?? Number.NaN) - abortedAt) / 1000,
      unit: 's',
    },
    atMost('revert: from the abort until blue is uncordoned', (uncordonedAt - abortedAt) / 1000, 's', 60),
    atMost('revert: from the abort to the end', (endedAt - abortedAt) / 60_000, 'min', 10),
  ];
}

function revertPhasesOf({ steps, endedAt }: Rotated): [Phase, number][] {
  const spent = new Map<Phase, number>();
  for (const [index, { phase, from }] of steps.entries())
    if (isRevertPhase(phase)) spent.set(phase, (spent.get(phase) ?? 0) + ((steps[index + 1]?.from ?? endedAt) - from) / 1000);
  return [...spent];
}
