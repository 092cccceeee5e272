import { isTerminal } from '../../functions/workloads/pods.ts';
import { behaviourOf, troubleOf } from './behaviour.ts';
import { isoSeconds } from './clock.ts';
import { dropPod, isThere, type LiveCluster, newMetadata, occupied, touch } from './cluster.ts';
import { groupOfNode } from './nodes.ts';
import { type LivePod, type Metadata, type PodSpec, setCondition } from './objects.ts';
import { attachVolumes, releaseVolumes } from './volumes.ts';

/** A pod as it is created: Pending, its containers waiting. */
export function newPod(cluster: LiveCluster, metadata: Partial<Metadata> & Pick<Metadata, 'name'>, spec: PodSpec): LivePod {
  return {
    metadata: newMetadata(cluster, metadata),
    spec: structuredClone(spec),
    status: { phase: 'Pending', conditions: [], containerStatuses: [] },
  };
}

/** The kubelet of its node starts a pod: volumes first, then images and containers, then the readiness probe. */
export function startPod(cluster: LiveCluster, pod: LivePod): void {
  const { clock, timings } = cluster.world;
  pod.status.containerStatuses = (pod.spec.containers ?? []).map(({ name }) => ({
    name,
    ready: false,
    restartCount: 0,
    state: { waiting: { reason: 'ContainerCreating' } },
  }));
  setCondition(pod.status.conditions, { type: 'PodScheduled', status: 'True' }, clock.iso());
  setReady(cluster, pod, false);
  attachVolumes(cluster, pod, () => {
    const wanted = behaviourOf(cluster, pod);
    clock.after(wanted.startMs ?? timings.start, () => run(cluster, pod));
  });
}

/** How long until the kubelet looks again at what does not start. */
const lookAgain = 10_000;

function run(cluster: LiveCluster, pod: LivePod): void {
  if (!canGoOn(cluster, pod)) return;
  const { clock, timings } = cluster.world;
  const group = groupOfNode(cluster, pod.spec.nodeName ?? '');
  const trouble = troubleOf(cluster, pod, group?.nodegroupName ?? group?.name);
  if (group?.troubles.noAddresses || trouble === 'image-pull') {
    waiting(cluster, pod, trouble === 'image-pull' ? 'ImagePullBackOff' : 'ContainerCreating');
    clock.after(lookAgain, () => run(cluster, pod));
    return;
  }
  if (trouble === 'crash') {
    crash(cluster, pod);
    return;
  }
  pod.status.phase = 'Running';
  pod.status.podIP ??= addressOf(cluster);
  pod.status.startTime ??= clock.iso();
  for (const status of pod.status.containerStatuses) status.state = { running: { startedAt: clock.iso() } };
  touch(cluster, pod);
  const { readyMs, durationMs } = behaviourOf(cluster, pod);
  if (trouble !== 'never-ready') clock.after(readyMs ?? timings.podReady, () => canGoOn(cluster, pod) && setReady(cluster, pod, true));
  if (durationMs !== undefined) clock.after(durationMs, () => canGoOn(cluster, pod) && succeed(cluster, pod));
}

/** Nobody deletes it, and its kubelet works. */
function canGoOn(cluster: LiveCluster, pod: LivePod): boolean {
  return isThere(cluster, pod) && !pod.metadata.deletionTimestamp && !isTerminal(pod) && isKubeletAlive(cluster, pod);
}

/** A kubelet that is gone does nothing any more; its node is Unknown. */
function isKubeletAlive(cluster: LiveCluster, pod: LivePod): boolean {
  const node = cluster.objects.nodes.get(pod.spec.nodeName ?? '');
  return node !== undefined && !node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'Unknown');
}

export function setReady(cluster: LiveCluster, pod: LivePod, ready: boolean): void {
  const status = ready ? 'True' : 'False';
  const at = cluster.world.clock.iso();
  for (const container of pod.status.containerStatuses) container.ready = ready;
  setCondition(pod.status.conditions, { type: 'ContainersReady', status }, at);
  setCondition(pod.status.conditions, { type: 'Ready', status }, at);
  touch(cluster, pod);
}

function waiting(cluster: LiveCluster, pod: LivePod, reason: string): void {
  const changed = pod.status.containerStatuses.some(({ state }) => state.waiting?.reason !== reason);
  for (const container of pod.status.containerStatuses) container.state = { waiting: { reason } };
  if (changed) touch(cluster, pod);
}

const longestBackOff = 300_000;

/** It starts, fails, and is held back twice as long each time. */
function crash(cluster: LiveCluster, pod: LivePod): void {
  const [first] = pod.status.containerStatuses;
  if (!first) return;
  pod.status.phase = 'Running';
  first.restartCount += 1;
  first.state = { waiting: { reason: 'CrashLoopBackOff' } };
  setReady(cluster, pod, false);
  const backOff = Math.min(10_000 * 2 ** (first.restartCount - 1), longestBackOff);
  cluster.world.clock.after(backOff, () => run(cluster, pod));
}

/** Its containers have done what they had to. */
export function succeed(cluster: LiveCluster, pod: LivePod): void {
  pod.status.phase = 'Succeeded';
  occupied(cluster, pod);
  for (const container of pod.status.containerStatuses) container.state = { terminated: { reason: 'Completed', exitCode: 0 } };
  setReady(cluster, pod, false);
}

/** Deletes a pod gracefully. One that no kubelet has, or that has ended, is gone at once.
 *  @param graceSeconds its own if left out
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/registry/core/pod/strategy.go CheckGracefulDelete */
export function deletePod(cluster: LiveCluster, pod: LivePod, graceSeconds?: number): void {
  const { clock, timings } = cluster.world;
  const hasEnded = !pod.spec.nodeName || isTerminal(pod);
  const grace = hasEnded ? 0 : (graceSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30);
  const ends = clock.now() + grace * 1000;
  const known = pod.metadata.deletionTimestamp;
  // A grace period can be shortened, never made longer.
  if (known !== undefined && Date.parse(known) <= ends) return;
  pod.metadata.deletionTimestamp = isoSeconds(ends);
  pod.metadata.deletionGracePeriodSeconds = grace;
  touch(cluster, pod);
  if (grace === 0) {
    endPod(cluster, pod);
    return;
  }
  const stop = Math.min(behaviourOf(cluster, pod).stopMs ?? timings.stop, grace * 1000);
  clock.after(stop, () => isThere(cluster, pod) && isKubeletAlive(cluster, pod) && endPod(cluster, pod));
}

/** The containers have stopped. A finalizer keeps the object. */
export function endPod(cluster: LiveCluster, pod: LivePod): void {
  if (pod.metadata.finalizers?.length) {
    if (pod.spec.nodeName && pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True'))
      setReady(cluster, pod, false);
    return;
  }
  removePod(cluster, pod);
}

/** A deleted pod whose finalizers are gone goes. */
export function finalize(cluster: LiveCluster, pod: LivePod): void {
  const deletedAt = pod.metadata.deletionTimestamp;
  if (deletedAt !== undefined && !pod.metadata.finalizers?.length && Date.parse(deletedAt) <= cluster.world.clock.now())
    removePod(cluster, pod);
}

/** The object is gone, and its volumes leave the node.
 *  @param nodeIsGone then nobody unmounts them */
export function removePod(cluster: LiveCluster, pod: LivePod, nodeIsGone = false): void {
  dropPod(cluster, pod);
  releaseVolumes(cluster, pod, nodeIsGone);
}

function addressOf({ world }: LiveCluster): string {
  const number = world.next();
  return `10.1.${Math.floor(number / 250) % 250}.${(number % 250) + 1}`;
}
