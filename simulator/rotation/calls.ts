import { CollectionError, type ErrorCode, errorCodeOf } from '../../functions/inventory/error-codes.ts';
import type { KubernetesAnswer } from '../../functions/rotation/ports.ts';
import { pagesOf } from '../wire.ts';
import type { LiveCluster } from './cluster.ts';
import { CallerKilled, type FaultEffect } from './faults.ts';
import { answerOf } from './statuses.ts';
import type { LiveWorld } from './world.ts';

/** Who calls, and how what is called gets there: counted, audited, failed as the table of faults says, and answered as JSON. */
export interface Caller {
  readonly world: LiveWorld;
  readonly principal: string;
  ask(call: string, target: string, respond: () => unknown): Promise<unknown>;
  /** Items of a list, a page a request. */
  pages(call: string, target: string, field: string, items: () => readonly unknown[]): AsyncIterable<unknown>;
  write(call: string, target: string, input: unknown, act: () => unknown): Promise<unknown>;
  /** A write to the API server: its refusals are answers. */
  writeKubernetes(call: string, target: string, input: unknown, act: () => KubernetesAnswer): Promise<KubernetesAnswer>;
}

/** Items of an AWS list a page. */
const pageSize = 50;

export function callerOf({ world, name: clusterName }: LiveCluster, principal: string): Caller {
  const through = async <T>(call: string, target: string, write: { readonly input: unknown } | undefined, act: () => T): Promise<T> => {
    if (world.timings.call > 0) world.clock.advance(world.timings.call);
    const entry = world.audit.called({
      cluster: clusterName,
      principal,
      call,
      target,
      write: write !== undefined,
      input: plain(write?.input),
    });
    const effect = world.faults.take(call, target, write !== undefined, world.clock.now());
    try {
      const answer = perform(call, target, effect, act);
      entry.result = resultOf(answer);
      return plain(answer);
    } catch (error) {
      entry.result = error instanceof CallerKilled ? 'killed' : errorCodeOf(error);
      throw error;
    } finally {
      if (write) world.audit.sample('write');
    }
  };
  const ask: Caller['ask'] = (call, target, respond) => through(call, target, undefined, respond);
  return {
    world,
    principal,
    ask,
    pages: (call, target, field, items) =>
      pagesOf({ items, size: pageSize, request: (respond) => ask(call, target, respond), answer: (page) => ({ [field]: page }) }),
    write: (call, target, input, act) => through(call, target, { input }, act),
    writeKubernetes: (call, target, input, act) => through(call, target, { input }, act).catch(asAnswer),
  };
}

function perform<T>(call: string, target: string, effect: FaultEffect | undefined, act: () => T): T {
  if (effect === undefined) return act();
  if (effect === 'killed') throw new CallerKilled(call);
  if (effect === 'killed-after' || effect === 'lost-answer') {
    act();
    if (effect === 'killed-after') throw new CallerKilled(call);
    throw new CollectionError('Timeout', `${call} of ${target}: connected, but no answer within the time allowed`);
  }
  if (typeof effect === 'string') throw new CollectionError(effect, `${call} of ${target}: simulated ${effect}`);
  if ('run' in effect) {
    effect.run();
    return act();
  }
  throw new StatusFault(effect.status, effect.message ?? 'simulated');
}

/** Becomes an answer in a write to the API server, an error everywhere else. */
class StatusFault extends CollectionError {
  readonly status: number;
  readonly said: string;

  constructor(status: number, said: string) {
    super(codeOf(status), `answered ${status}: ${said}`);
    this.status = status;
    this.said = said;
  }
}

/** What the adapter of the API server makes of a status. */
function codeOf(status: number): ErrorCode {
  if (status === 401) return 'Unauthorized';
  if (status === 403) return 'Forbidden';
  if (status === 404) return 'NotFound';
  if (status === 429) return 'Throttled';
  return status >= 502 && status <= 504 ? 'EndpointUnreachable' : 'Internal';
}

function asAnswer(error: unknown): KubernetesAnswer {
  if (error instanceof StatusFault) return answerOf(error.status, error.said);
  throw error;
}

function resultOf(answer: unknown): string {
  return typeof answer === 'object' && answer !== null && 'status' in answer && typeof answer.status === 'number'
    ? String(answer.status)
    : 'ok';
}

/** What arrives shares nothing with the world, and holds only what JSON can carry. */
function plain<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
