import * as z from 'zod';
import { CollectionError, messageOf } from '../inventory/error-codes.ts';
import { parseAnswer } from '../inventory/parse.ts';
import { type Alarm, alarmAnswer, alarmName } from './decide/alarms.ts';
import { baselineGate } from './decide/baseline.ts';
import { type GateAnswer, lambdaAnswer, worstOf } from './decide/gate-answer.ts';
import type { CloudWatchReadPort } from './ports.ts';
import type { ClusterView } from './read/cluster-view.ts';
import { readCluster } from './read/read-cluster.ts';
import type { RotationRecord } from './record.ts';
import { type Step, snapshotOf } from './step.ts';

/** Alarms that one DescribeAlarms may name. */
const alarmsPerCall = 100;

const alarmSchema = z.object({ AlarmName: z.string(), StateValue: z.string().nullish(), StateReason: z.string().nullish() });
const alarmsPage = z.object({ MetricAlarms: z.array(alarmSchema).nullish(), CompositeAlarms: z.array(alarmSchema).nullish() });

/** Asks all gates whether the rotation may go on: the workloads against their baseline, the CloudWatch alarms, the Lambda functions. The worst
 *  answer holds: fail, then error, then inconclusive; unknown is never a pass (V15).
 *  @param view what was read of the cluster in this step already @default it is read */
export async function askGates(step: Step, view?: ClusterView): Promise<GateAnswer> {
  const [alarms, functions, seen] = await Promise.all([
    askAlarms(step),
    askFunctions(step),
    view ?? readCluster(step.reads.kubernetes, step.now),
  ]);
  const { record } = step;
  const baseline = baselineGate(snapshotOf(record).workloads, seen, record.options, movedSince(record, step.now));
  return worstOf([baseline, ...alarms, ...functions]);
}

/** Since when the workloads must be as before: what was moved last began to move then. */
function movedSince({ batches, phase, phaseStartedAt }: RotationRecord, now: Date): Date {
  const last = batches.at(-1);
  const since = last?.drainedAt ?? last?.startedAt ?? phaseStartedAt[phase];
  return since === undefined ? now : new Date(since);
}

async function askAlarms({ configuration, record, reads }: Step): Promise<GateAnswer[]> {
  const asked = configuration.gates.alarms.map((given) => ({ given, name: alarmName(given, record.cluster) }));
  const names = [...new Set(asked.flatMap(({ name }) => name ?? []))];
  try {
    const found = await describeAlarms(reads.cloudWatch, names);
    return asked.map(({ given, name }) => alarmAnswer(given, name === undefined ? undefined : found.get(name)));
  } catch (error) {
    if (!(error instanceof CollectionError)) throw error;
    return [{ verdict: 'error', problems: [`the alarms could not be read: ${error.message}`] }];
  }
}

async function describeAlarms(cloudWatch: CloudWatchReadPort, names: readonly string[]): Promise<Map<string, Alarm>> {
  const found = new Map<string, Alarm>();
  for (let from = 0; from < names.length; from += alarmsPerCall) {
    const AlarmNames = names.slice(from, from + alarmsPerCall);
    for await (const answer of cloudWatch.describeAlarms({ AlarmNames })) {
      const { MetricAlarms, CompositeAlarms } = parseAnswer(alarmsPage, answer, 'DescribeAlarms');
      for (const alarm of [...(MetricAlarms ?? []), ...(CompositeAlarms ?? [])]) found.set(alarm.AlarmName, alarm);
    }
  }
  return found;
}

async function askFunctions({ configuration, record, outside }: Step): Promise<GateAnswer[]> {
  const { rotationId, cluster, phase, batches } = record;
  const done = batches.filter(({ state }) => state === 'done');
  const progress = {
    batches: done.length,
    nodesDrained: done.flatMap(({ nodes }) => nodes).length,
    nodes: record.size,
    podsEvicted: batches.reduce((sum, { evicted }) => sum + evicted, 0),
  };
  return Promise.all(
    configuration.gates.lambda.map(async (functionArn): Promise<GateAnswer> => {
      try {
        return lambdaAnswer(functionArn, await outside.gates.invoke(functionArn, { rotationId, cluster, phase, progress }));
      } catch (error) {
        return { verdict: 'error', problems: [`gate ${functionArn} could not be asked: ${messageOf(error)}`] };
      }
    }),
  );
}
