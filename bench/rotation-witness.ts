import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';

const seen = z.object({
  type: z.string(),
  object: z.object({
    kind: z.string(),
    metadata: z
      .object({
        name: z.string(),
        namespace: z.string().default(''),
        labels: z.record(z.string(), z.string()).default({}),
        deletionTimestamp: z.string().optional(),
        ownerReferences: z.array(z.object({ kind: z.string() })).default([]),
      })
      .optional(),
    spec: z.looseObject({ nodeName: z.string().optional(), unschedulable: z.boolean().default(false) }).optional(),
    status: z
      .looseObject({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
        disruptionsAllowed: z.number().optional(),
      })
      .optional(),
  }),
});

interface SeenNode {
  readonly group: string;
  readonly cordoned: boolean;
  readonly ready: boolean;
}

interface SeenPod {
  readonly app: string;
  readonly node: string;
  readonly leaving: boolean;
  readonly ready: boolean;
  readonly daemon: boolean;
}

/** What the API server has, by its watches and the administrator's credentials: it costs the rotation nothing, and knows each change at once. */
export interface Witness {
  readonly nodes: ReadonlyMap<string, SeenNode>;
  /** By namespace and name. */
  readonly pods: ReadonlyMap<string, SeenPod>;
  /** Evictions that the budget of an app allows now. */
  readonly allowed: ReadonlyMap<string, number>;
  /** Calls back with every change, until what it returns is called. */
  onChange(listener: () => void): () => void;
  close(): void;
}

const lists = ['/api/v1/nodes', '/api/v1/pods', '/apis/policy/v1/poddisruptionbudgets'];

/** @param kubectl of the administrator */
export function openWitness([program = 'kubectl', ...leading]: readonly string[]): Witness {
  const nodes = new Map<string, SeenNode>();
  const pods = new Map<string, SeenPod>();
  const allowed = new Map<string, number>();
  const listeners = new Set<() => void>();
  const watches = new Map<string, ChildProcess>();
  let closed = false;

  const take = (line: string) => {
    const { type, object } = seen.parse(JSON.parse(line));
    const { metadata, spec, status } = object;
    if (!metadata) return;
    const gone = type === 'DELETED';
    const isTrue = (wanted: string) => status?.conditions.some((one) => one.type === wanted && one.status === 'True') ?? false;
    const put = <T>(map: Map<string, T>, key: string, value: T) => (gone ? map.delete(key) : map.set(key, value));
    if (object.kind === 'Node')
      put(nodes, metadata.name, {
        group: metadata.labels['eks.amazonaws.com/nodegroup'] ?? '',
        cordoned: spec?.unschedulable ?? false,
        ready: isTrue('Ready'),
      });
    else if (object.kind === 'Pod')
      put(pods, `${metadata.namespace}/${metadata.name}`, {
        app: metadata.labels.app ?? '',
        node: spec?.nodeName ?? '',
        leaving: metadata.deletionTimestamp !== undefined,
        ready: isTrue('Ready'),
        daemon: metadata.ownerReferences.some(({ kind }) => kind === 'DaemonSet'),
      });
    else put(allowed, metadata.name, status?.disruptionsAllowed ?? 0);
    for (const listener of listeners) listener();
  };
  // The server ends each watch within the hour; without a version the next one begins with all there is.
  const watch = (path: string) => {
    const child = spawn(program, [...leading, 'get', '--raw', `${path}?watch=true&timeoutSeconds=3600`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    watches.set(path, child);
    createInterface(child.stdout).on('line', take);
    child.once('exit', () => !closed && watch(path));
  };
  for (const path of lists) watch(path);
  return {
    nodes,
    pods,
    allowed,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      closed = true;
      for (const child of watches.values()) child.kill();
    },
  };
}
