import { expect } from 'vitest';
import type { FailClosedWebhook } from '../../../../simulator/rotation/cluster.ts';
import {
  type BudgetInput,
  barePod,
  budget,
  type Declaration,
  deployment,
  job,
  statefulSet,
} from '../../../../simulator/rotation/declare.ts';
import { endPod } from '../../../../simulator/rotation/pods.ts';
import { jobWorld, pair, smallWorld, statefulWorld, systemWorkloads } from '../../../../simulator/rotation/sample-worlds.ts';
import { groupOf } from '../../../../simulator/rotation/world.ts';
import type { Place, Scenario, Scenarios, Seen } from './workload-scenario.ts';

const web = deployment({ name: 'web', replicas: 5, budget: { maxUnavailable: 1 } });
const worldOf =
  (...workloads: readonly Declaration[]): Scenario['world'] =>
  (more) =>
    smallWorld({ ...more, cluster: { workloads: [...systemWorkloads, ...workloads] } });

/** A budget is replaced by one of the same name. */
const asksFor =
  (name: string, spec: BudgetInput) =>
  ({ events, cluster }: Place) => {
    const before = cluster.objects.budgets.get(`shop/${name}`);
    events.apply(budget({ name, selects: { app: name }, ...spec }));
    return () => {
      if (before) cluster.objects.budgets.set(`shop/${name}`, before);
      cluster.changed();
    };
  };

const anotherBudget =
  (name: string) =>
  ({ events, cluster }: Place) => {
    events.apply(budget({ name: `${name}-too`, selects: { app: name }, maxUnavailable: 1 }));
    return () => {
      cluster.objects.budgets.delete(`shop/${name}-too`);
      cluster.changed();
    };
  };

/** Pods of a workload crash where they start from now on, and so many of those that run are lost. */
const crashes =
  (workload: string, onGroup: 'workers-a' | 'workers-b', lost: number) =>
  ({ events, podsOf, record, world }: Place, isRunning = false) => {
    const ends = events.podTrouble({ workload, what: 'crash', onGroup });
    const moving = new Set(record?.batches.at(-1)?.nodes);
    const others = podsOf(workload).filter(({ spec }) => !moving.has(spec.nodeName ?? ''));
    for (const { metadata } of others.slice(0, lost)) events.deletePod(`${metadata.namespace}/${metadata.name}`, 1);
    if (!isRunning) world.clock.advance(10_000);
    return ends;
  };

const webhook = (on: FailClosedWebhook['on']) => ({ name: 'pods.policy.example', backend: 'policy/gone', on });
const webhookDown = ({ cluster }: Place) => {
  const one = webhook(['create', 'evict']);
  cluster.webhooks.push(one);
  return () => {
    cluster.webhooks.splice(cluster.webhooks.indexOf(one), 1);
    cluster.changed();
  };
};
const webhookObjects = {
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations': [
    {
      name: 'policy',
      webhooks: [
        {
          name: 'pods.policy.example',
          failurePolicy: 'Fail',
          clientConfig: { service: { namespace: 'policy', name: 'gone' } },
          rules: [{ apiGroups: [''], operations: ['CREATE'], resources: ['pods'] }],
        },
      ],
    },
  ],
};

const held =
  (workload: string) =>
  ({ events }: Place) => {
    events.finalizer(workload);
    return () => events.finalizer(workload, false);
  };

/** A pod that appears on a node without having been scheduled. */
const appearsOn = (place: Place, node: string | undefined) => {
  const name = 'debug';
  place.events.apply(barePod({ name, ...(node === undefined ? {} : { spec: { nodeName: node } }) }));
  return place.cluster.objects.pods.get(`shop/${name}`);
};

/** A group loses its nodes of a zone, and gets others only elsewhere. */
const losesZone =
  (group: 'workers-a' | 'workers-b', zone: string) =>
  ({ world, events, nodesOf, cluster }: Place) => {
    events.trouble(group, { noCapacity: [zone] });
    const lost = nodesOf(group).filter((name) => cluster.objects.nodes.get(name)?.metadata.labels['topology.kubernetes.io/zone'] === zone);
    for (const node of lost) events.terminateInstance(node);
    return () => events.trouble(groupOf(world, group).name, { noCapacity: null });
  };

const taint = { key: 'example.com/closed', value: 'true', effect: 'NoSchedule' };
const closes =
  (group: 'workers-a' | 'workers-b', workload?: string) =>
  ({ events, nodesOf, podsOf }: Place) => {
    const opened = nodesOf(group).map((node) => events.taint(node, taint));
    const [lost] = workload === undefined ? [] : podsOf(workload);
    if (lost) events.deletePod(`${lost.metadata.namespace}/${lost.metadata.name}`, 1);
    return () => {
      for (const open of opened) open();
    };
  };

const inEveryZone = {
  topologySpreadConstraints: [
    {
      topologyKey: 'topology.kubernetes.io/zone',
      maxSkew: 1,
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'spread' } },
    },
  ],
};
const spread = deployment({ name: 'spread', replicas: 6, spec: inEveryZone });

const missingOf = ({ world }: Seen, workload: string) =>
  world.audit.unavailability()[`payments ${workload}`] ?? { missingReplicaSeconds: 0, downSeconds: 0, mostMissing: 0 };

/** Evictions that were let through, by the uid of the pod. */
const evicted = ({ world }: Seen) =>
  world.audit.calls.filter(({ call, result }) => call === 'kubernetes:evict' && result === '201').map(({ target }) => target);

const problemIds = ({ record }: Seen) => record.problems.map(({ id }) => id);

/** Pods that are being deleted end now. */
const endsNow =
  (workload: string) =>
  ({ cluster }: Place) =>
  () => {
    for (const pod of cluster.objects.pods.values())
      if (pod.metadata.deletionTimestamp && `${pod.metadata.namespace}/${pod.metadata.labels.app}` === workload) endPod(cluster, pod);
  };

const slowStop = (seconds: number) =>
  worldOf(
    web,
    deployment({
      name: 'queue',
      replicas: 2,
      spec: { terminationGracePeriodSeconds: 3600 },
      behaviour: { stopMs: seconds * 1000 },
    }),
  );

const transient = ({ world }: Place) => {
  for (const [index, status] of [500, 503, 504, 500].entries())
    world.faults.add({ call: 'kubernetes:evict', nth: index + 1, times: 1, what: { status, message: 'etcdserver: leader changed' } });
  world.faults.add({ call: 'kubernetes:evict', nth: 2, times: 1, what: 'lost-answer' });
  return undefined;
};

const single = worldOf(web, deployment({ name: 'only', budget: { minAvailable: 1 } }));
const follower = worldOf(web, deployment({ name: 'only', autoscaler: { min: 1, max: 4, wanted: 1 } }));
const quorum = worldOf(web, statefulSet({ name: 'db', replicas: 3 }));

const askedInVain = ({ world }: Seen) =>
  expect(world.audit.calls.some(({ target, result }) => target.startsWith('old/') && result === '403')).toBe(true);

const endOfSurge = ({ rig, record, world }: Seen) => {
  expect(rig.after().clusters.payments?.replicas).toEqual(rig.before.clusters.payments?.replicas);
  expect(rig.after().clusters.payments?.minReplicas).toEqual(rig.before.clusters.payments?.minReplicas);
  expect(Object.keys(record.stamps.surged)).not.toEqual([]);
  const paths = world.audit.writes('rotation').filter(({ call, target }) => call === 'kubernetes:patch' && target.includes('/shop/'));
  for (const { target } of paths) expect(target).toMatch(/\/deployments\/only\/scale$|\/horizontalpodautoscalers\/only$/);
};

/** F-40 to F-61: what keeps pods from going, and from coming back. */
export const evictions: Scenarios = {
  'F-40': {
    Pre: [
      {
        world: worldOf(deployment({ name: 'web', replicas: 5, budget: { maxUnavailable: 0 } })),
        names: /shop\/web-.*budget web can never/,
      },
    ],
    Move: [{ strike: asksFor('web', { maxUnavailable: 0 }), names: /Pod shop\/web-.* on ip-.*budget web can never allow/ }],
    Rev: [{ strike: asksFor('web', { maxUnavailable: 0 }), names: /Pod shop\/web-.* on ip-.*budget web can never allow/ }],
  },
  'F-41': {
    Pre: [
      {
        strike: (place) => {
          const ends = crashes('shop/web', 'workers-a', 1)(place);
          place.world.clock.advance(60_000);
          return ends;
        },
        names: /shop\/web-.*budget web allows no eviction while web-.* crashes/,
      },
    ],
    Move: [{ strike: crashes('shop/web', 'workers-b', 1), names: /budget web allows no eviction while web-.* crashes/ }],
    Rev: [{ strike: crashes('shop/web', 'workers-a', 1), names: /web-.*(crash|CrashLoopBackOff)/ }],
  },
  'F-42': {
    Pre: [{ world: worldOf(web, budget({ name: 'all', selects: { app: 'web' }, minAvailable: 1 })), names: /budgets all and web/ }],
    Move: [{ strike: anotherBudget('web'), names: /Pod shop\/web-.*budgets web and web-too/ }],
    Rev: [{ strike: anotherBudget('web'), names: /Pod shop\/web-.*budgets web and web-too/ }],
  },
  'F-43': {
    Pre: [{ world: (more) => smallWorld({ ...more, cluster: { objects: webhookObjects } }), names: /pods\.policy\.example/ }],
    Move: [{ strike: webhookDown, names: /webhook "?pods\.policy\.example/ }],
    Rev: [{ strike: webhookDown, names: /webhook "?pods\.policy\.example/ }],
  },
  'F-44': {
    Move: [
      {
        strike: transient,
        see: ({ world }) => {
          const asked = world.audit.calls.filter(({ call }) => call === 'kubernetes:evict');
          expect(asked.slice(0, 4).map(({ result }) => result)).not.toContain('201');
        },
      },
    ],
    Retire: [
      {
        about: 'a list of pods that cannot be read is not an empty one',
        strike: ({ world }) => {
          world.faults.add({ call: 'kubernetes:GET /api/v1/pods*', times: 3, what: { status: 500, message: 'unexpected EOF' } });
          return undefined;
        },
        see: ({ world }) => {
          const failed = world.audit.calls.findLast(
            ({ call, result }) => call.startsWith('kubernetes:GET /api/v1/pods') && result !== 'ok',
          );
          const lowered = world.audit.sizes.find(({ group, from, to }) => group === 'workers-a' && to.desired < from.desired);
          expect(Date.parse(lowered?.at ?? '')).toBeGreaterThan(Date.parse(failed?.at ?? ''));
        },
      },
    ],
    Rev: [{ strike: transient }],
  },
  'F-45': {
    Pre: [
      {
        strike: (place) => {
          const ends = held('shop/worker')(place);
          const [stuck] = place.podsOf('shop/worker');
          if (stuck) place.events.deletePod(`shop/${stuck.metadata.name}`, 1);
          place.world.clock.advance(120_000);
          return ends;
        },
        seconds: 400,
        names: /shop\/worker-.*finalizers example\.com\/hold/,
        see: (seen) => expect(problemIds(seen)).toContain('pod-stuck-terminating'),
      },
    ],
    Move: [{ strike: held('shop/web'), names: /Pod shop\/web-.*finalizers example\.com\/hold/ }],
    Retire: [
      {
        strike: (place) => {
          const pod = appearsOn(place, place.nodesOf('workers-a')[0]);
          if (pod) pod.metadata.finalizers = ['example.com/hold'];
          place.events.deletePod('shop/debug', 1);
          return undefined;
        },
        names: /shop\/debug/,
      },
    ],
    Rev: [{ strike: held('shop/web'), names: /Pod shop\/web-.*finalizers example\.com\/hold/ }],
  },
  'F-46': {
    Pre: [
      {
        world: (more) =>
          statefulWorld({
            ...more,
            cluster: { groups: pair(4).map((one, index) => (index === 0 ? one : { ...one, zones: ['eu-west-1a'] })) },
          }),
        names: /shop\/db-.*eu-west-1b/,
      },
    ],
    Move: [{ world: (more) => statefulWorld(more), strike: losesZone('workers-b', 'eu-west-1b'), names: /shop\/db-.*eu-west-1b/ }],
    Soak: [{ world: (more) => statefulWorld(more), strike: losesZone('workers-b', 'eu-west-1b'), names: /db-.*(PersistentVolume|volume)/ }],
    Rev: [{ world: (more) => statefulWorld(more), strike: losesZone('workers-a', 'eu-west-1b'), names: /shop\/db-.*eu-west-1b/ }],
  },
  'F-47': {
    Move: [
      {
        world: (more) => statefulWorld({ ...more, timings: { detach: 420_000 } }),
        options: { settleMinutes: 10, nodeDeadlineMinutes: 30, batchDeadlineMinutes: 45 },
        see: (seen) => expect(missingOf(seen, 'shop/db').mostMissing).toBe(1),
      },
    ],
    Rev: [
      {
        world: (more) => statefulWorld({ ...more, timings: { detach: 420_000 } }),
        options: { settleMinutes: 10, nodeDeadlineMinutes: 30, batchDeadlineMinutes: 45 },
        see: (seen) => expect(missingOf(seen, 'shop/db').mostMissing).toBe(1),
      },
    ],
  },
  'F-48': {
    Pre: [
      {
        world: worldOf(
          deployment({
            name: 'spread',
            replicas: 8,
            spec: {
              topologySpreadConstraints: inEveryZone.topologySpreadConstraints.map((one) => ({
                ...one,
                topologyKey: 'kubernetes.io/hostname',
              })),
            },
          }),
        ),
        names: /Deployment shop\/spread: its hard spread over kubernetes\.io\/hostname counts cordoned nodes/,
      },
    ],
    Move: [{ world: worldOf(spread), strike: losesZone('workers-b', 'eu-west-1c'), names: /spread-.*topology spread constraints/ }],
    Rev: [{ world: worldOf(spread), strike: losesZone('workers-a', 'eu-west-1c'), names: /spread-.*topology spread constraints/ }],
  },
  'F-49': {
    Pre: [
      {
        about: 'a taint',
        world: (more) =>
          smallWorld({
            ...more,
            cluster: {
              groups: pair(4).map((one, index) =>
                index === 0 ? one : { ...one, taints: [{ key: 'gpu', value: 'true', effect: 'NO_SCHEDULE' }] },
              ),
            },
          }),
        names: /shop\/web-.*it fits no node of green.*gpu/,
      },
      {
        about: 'no room',
        world: (more) =>
          smallWorld({
            ...more,
            cluster: {
              groups: pair(4).map((one, index) => (index === 0 ? one : { ...one, instanceType: 'm7i.large' })),
              workloads: [...systemWorkloads, deployment({ name: 'large', replicas: 2, cpu: '3' })],
            },
          }),
        names: /shop\/large-.*it fits no node of green.*cpu/,
      },
    ],
    Move: [{ strike: closes('workers-b'), names: /(web|api|worker|coredns)-.*untolerated taint/ }],
    Soak: [{ strike: closes('workers-b', 'shop/web'), names: /web-.*untolerated taint/ }],
    Rev: [{ strike: closes('workers-a'), names: /(web|api|worker|coredns)-.*untolerated taint/ }],
  },
  'F-50': {
    Pre: [
      {
        world: worldOf(web, deployment({ name: 'only' })),
        see: (seen) =>
          expect(seen.record.problems).toContainEqual(expect.objectContaining({ id: 'single-replica', object: 'Deployment shop/only' })),
      },
    ],
    Move: [
      {
        about: 'a gap of the length of a start',
        world: worldOf(web, deployment({ name: 'only' })),
        see: (seen) => {
          const { downSeconds } = missingOf(seen, 'shop/only');
          expect(downSeconds).toBeGreaterThan(0);
          expect(downSeconds).toBeLessThan(30);
        },
      },
      {
        about: 'no gap with a surge',
        world: worldOf(web, deployment({ name: 'only' })),
        options: { surge: true },
        see: (seen) => expect(missingOf(seen, 'shop/only').downSeconds).toBe(0),
      },
    ],
  },
  'F-51': {
    Move: [
      {
        strike: ({ events }) => events.podTrouble({ workload: 'shop/web', what: 'crash', onGroup: 'workers-b' }),
        names: /Deployment shop\/web: pod web-.* on ip-.* fails with CrashLoopBackOff/,
      },
    ],
    Soak: [{ strike: crashes('shop/web', 'workers-b', 1), names: /Deployment shop\/web: pod web-.* fails with CrashLoopBackOff/ }],
    Retire: [
      {
        about: 'after the first lowering: the colours are exchanged',
        options: { retirePercent: 25 },
        strike: (place) => {
          place.world.faults.add({
            call: 'eks:UpdateNodegroupConfig',
            target: '*workers-a*',
            nth: 1,
            what: { run: () => place.events.after(1, () => crashes('shop/web', 'workers-b', 1)(place, true)) },
          });
          return undefined;
        },
        names: /Deployment shop\/web/,
        // Those that were ended were empty.
        foreign: ({ clusters }, { cluster }) => {
          for (const name of Object.keys(clusters.payments?.nodes ?? {}))
            if (!cluster.objects.nodes.has(name)) delete clusters.payments?.nodes[name];
        },
        see: ({ record }) => expect(record.committed).toBe(true),
      },
    ],
    Rev: [{ about: 'what crashes on green is well on blue', strike: crashes('shop/web', 'workers-b', 1) }],
  },
  'F-52': {
    Move: [
      {
        about: 'each pod of blue moves once, and none comes back',
        watch: ({ podsOf, cluster, nodesOf }) => {
          const blue = nodesOf('workers-a');
          if (!blue.some((name) => cluster.objects.nodes.get(name)?.spec.unschedulable)) return;
          for (const { metadata, spec } of podsOf('shop/web', 'workers-a'))
            expect(Date.parse(metadata.creationTimestamp), `${metadata.name} on ${spec.nodeName}`).toBeLessThanOrEqual(
              Date.parse('2026-11-21T08:00:00Z'),
            );
        },
        see: (seen) => expect(evicted(seen)).toHaveLength(new Set(evicted(seen)).size),
      },
    ],
  },
  'F-53': {
    Grow: [
      {
        about: 'green joins late',
        world: (more) => smallWorld({ ...more, timings: { join: 240_000 } }),
        see: ({ world }) => {
          const [first] = world.audit.cordons.filter(({ group, unschedulable }) => group === 'workers-a' && unschedulable);
          const before = world.audit.samples.findLast(({ at }) => at < Date.parse(first?.at ?? ''));
          expect(before?.schedulable.cpu).toBe((world.audit.samples[0]?.schedulable.cpu ?? 0n) * 2n);
        },
      },
    ],
    Rev: [
      {
        about: 'green is not cordoned before blue is whole',
        strike: ({ events, nodesOf }) => {
          events.terminateInstance(nodesOf('workers-a')[0] ?? '');
          return undefined;
        },
        see: ({ world }) => {
          const [first] = world.audit.cordons.filter(({ group, unschedulable }) => group === 'workers-b' && unschedulable);
          const before = world.audit.samples.findLast(({ at }) => at < Date.parse(first?.at ?? ''));
          expect(before?.schedulable.cpu).toBe((world.audit.samples[0]?.schedulable.cpu ?? 0n) * 2n);
        },
      },
    ],
  },
  'F-54': {
    Pre: [{ world: worldOf(web, barePod({ name: 'debug' })), names: /shop\/debug.*no controller/ }],
    Move: [
      {
        strike: (place) => {
          appearsOn(place, place.record?.batches[0]?.nodes[0]);
          return undefined;
        },
        names: /Pod shop\/debug on ip-.*no controller/,
      },
    ],
    Retire: [
      {
        strike: (place) => {
          appearsOn(place, place.nodesOf('workers-a')[0]);
          return undefined;
        },
        names: /shop\/debug/,
      },
    ],
    Rev: [
      {
        strike: (place) => {
          appearsOn(place, place.nodesOf('workers-b')[0]);
          return undefined;
        },
        names: /Pod shop\/debug on ip-.*no controller/,
      },
    ],
  },
  'F-55': {
    Pre: [
      {
        world: (more) => jobWorld(600, more),
        options: { jobWaitMinutes: 30, nodeDeadlineMinutes: 30, batchDeadlineMinutes: 45 },
        see: ({ cluster, record }) => {
          expect(record.problems).toContainEqual(expect.objectContaining({ id: 'pod-job-running' }));
          expect(cluster.objects.jobs.get('batch/report')?.status.succeeded).toBe(1);
        },
      },
    ],
    Move: [
      {
        world: (more) => jobWorld(100_000, more),
        strike:
          ({ podsOf, events }) =>
          () => {
            const [running] = podsOf('batch/report');
            if (running) events.complete(`batch/${running.metadata.name}`);
          },
        names: /Pod batch\/report-.*Job report still runs/,
      },
    ],
    Rev: [
      {
        about: 'a Job that was made on green',
        at: 'soak plan-batch',
        strike: ({ world, events, podsOf }) => {
          events.apply(job({ name: 'report', namespace: 'batch', seconds: 100_000 }));
          world.clock.advance(10_000);
          return () => {
            const [running] = podsOf('batch/report');
            if (running) events.complete(`batch/${running.metadata.name}`);
          };
        },
        seconds: 240,
        names: /Pod batch\/report-.*Job report still runs/,
      },
    ],
  },
  'F-56': {
    Pre: [{ world: slowStop(60), names: /shop\/queue-.*its grace period of 3600 s/ }],
    Move: [
      {
        about: 'waived, and it takes too long',
        world: slowStop(3500),
        options: { waive: ['pod-grace-exceeds-deadline'] },
        strike: endsNow('shop/queue'),
        seconds: 280,
        names: /Pod shop\/queue-.*being deleted/,
      },
    ],
    Rev: [
      {
        about: 'a revert has half as much time again',
        world: slowStop(400),
        options: { waive: ['pod-grace-exceeds-deadline'], nodeDeadlineMinutes: 8, batchDeadlineMinutes: 10, settleMinutes: 8 },
      },
    ],
  },
  'F-57': {
    Pre: [
      {
        world: (more) =>
          smallWorld({
            ...more,
            cluster: {
              workloads: [...systemWorkloads.slice(0, 2), deployment({ name: 'coredns', namespace: 'kube-system', replicas: 1 }), web],
            },
          }),
        names: /Deployment kube-system\/coredns: 1 of its pods is ready/,
      },
    ],
    Move: [
      {
        strike: ({ events }) => events.podTrouble({ workload: 'kube-system/coredns', what: 'crash', onGroup: 'workers-b' }),
        names: /Deployment kube-system\/coredns: pod coredns-.*CrashLoopBackOff/,
        see: (seen) => expect(missingOf(seen, 'kube-system/coredns').downSeconds).toBe(0),
      },
    ],
    Soak: [
      { strike: crashes('kube-system/coredns', 'workers-b', 1), names: /Deployment kube-system\/coredns: pod coredns-.*CrashLoopBackOff/ },
    ],
    Rev: [
      {
        strike: ({ events }) => events.podTrouble({ workload: 'kube-system/coredns', what: 'crash', onGroup: 'workers-a' }),
        names: /coredns/,
        see: (seen) => expect(missingOf(seen, 'kube-system/coredns').downSeconds).toBe(0),
      },
    ],
  },
  'F-58': {
    Pre: [{ world: quorum, see: (seen) => expect(missingOf(seen, 'shop/db').mostMissing).toBe(1) }],
    Move: [
      {
        about: 'one member at a time, though no budget asks for it',
        world: (more) =>
          smallWorld({ ...more, cluster: { workloads: [...systemWorkloads, statefulSet({ name: 'db', replicas: 5, parallel: true })] } }),
        see: (seen) => expect(missingOf(seen, 'shop/db').mostMissing).toBe(1),
      },
    ],
    Soak: [{ world: quorum, strike: crashes('shop/db', 'workers-b', 2), names: /StatefulSet shop\/db/ }],
    Rev: [{ world: quorum, see: (seen) => expect(missingOf(seen, 'shop/db').mostMissing).toBe(1) }],
  },
  'F-59': {
    Move: [
      {
        world: worldOf(web, deployment({ name: 'old', namespace: 'old', replicas: 4 })),
        strike: ({ events }) => {
          events.terminateNamespace('old', 40);
          return undefined;
        },
        foreign: ({ clusters }) => delete clusters.payments?.replicas['old/old'],
        see: askedInVain,
      },
    ],
    Rev: [
      {
        world: worldOf(web, deployment({ name: 'old', namespace: 'old', replicas: 4 })),
        at: 'r5-drain-green drain-nodes',
        strike: ({ events }) => {
          events.terminateNamespace('old', 40);
          return undefined;
        },
        foreign: ({ clusters }) => delete clusters.payments?.replicas['old/old'],
        see: askedInVain,
      },
    ],
  },
  'F-60': {
    Pre: [{ world: worldOf(web, deployment({ name: 'slow', replicas: 8, behaviour: { readyMs: 60_000 } })) }],
    Move: [
      {
        about: 'the next batch waits for what the one before has moved',
        world: worldOf(web, deployment({ name: 'slow', replicas: 8, behaviour: { readyMs: 60_000 } })),
        options: { batchPercent: 25 },
        see: (seen) => expect(missingOf(seen, 'shop/slow').mostMissing).toBe(2),
      },
    ],
    Rev: [
      {
        world: worldOf(web, deployment({ name: 'slow', replicas: 8, behaviour: { readyMs: 60_000 } })),
        options: { batchPercent: 25 },
        see: (seen) => expect(missingOf(seen, 'shop/slow').mostMissing).toBeLessThan(5),
      },
    ],
  },
  'F-61': {
    Move: [
      { about: 'of a Deployment', world: single, options: { surge: true }, see: endOfSurge },
      { about: 'of its autoscaler', world: follower, options: { surge: true }, see: endOfSurge },
    ],
    Rev: [
      {
        about: 'the revert begins while it is under way',
        goesBack: false,
        world: (more) => smallWorldOf(single, more, ['get deployments', 'patch deployments']),
        options: { surge: true },
        at: 'drain drain-nodes',
        strike: ({ world, events }) => {
          world.faults.add({ call: 'kubernetes:patch', target: '*/scale', nth: 1, what: { run: () => events.alarm('errors', 'ALARM') } });
          return undefined;
        },
        names: /errors/,
        see: endOfSurge,
      },
    ],
  },
};

function smallWorldOf(build: Scenario['world'], more: Parameters<NonNullable<Scenario['world']>>[0], denied: readonly string[]) {
  const world = build?.(more) ?? smallWorld(more);
  for (const cluster of world.clusters.values()) for (const one of denied) cluster.denied.add(one);
  return world;
}
