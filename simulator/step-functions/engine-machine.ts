import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { type AslMachine, type AslState, isDistributed } from './asl.ts';
import type { Recorded } from './history.ts';
import { Defect } from './step-errors.ts';

/** Two million seconds: longer than any test, and short enough for a timer. */
const never = 2_000_000;

/** A workflow as the engine takes it: a Distributed Map and a Wait are tasks, which somebody else does, and no timeout runs against the clock
 *  on the wall. */
export function engineMachine(machine: AslMachine, startAt: string): StateMachineDefinition {
  const definition = { ...transformed(machine), StartAt: startAt };
  if (!isDefinition(definition)) throw new Defect('no state machine');
  return definition;
}

/** The file was validated when it was loaded; the engine's type tells the kinds of states apart, which a parsed file does not. */
const isDefinition = (machine: object): machine is StateMachineDefinition => 'StartAt' in machine && 'States' in machine;

function transformed({ TimeoutSeconds: _, ...machine }: AslMachine): AslMachine {
  return { ...machine, States: Object.fromEntries(Object.entries(machine.States).map(([name, state]) => [name, transformedState(state)])) };
}

function transformedState(state: AslState): AslState {
  if (isDistributed(state)) {
    const { ItemReader, ItemSelector, ItemProcessor, ResultWriter, MaxConcurrencyPath, ToleratedFailurePercentage, Label, ...rest } = state;
    return { ...rest, Type: 'Task', Resource: 'arn:aws:states:::map', TimeoutSeconds: never };
  }
  if (state.Type === 'Wait') {
    const { Seconds, SecondsPath, ...rest } = state;
    return { ...rest, Type: 'Task', Resource: 'arn:aws:states:::wait', ResultPath: null, TimeoutSeconds: never };
  }
  if (state.Type === 'Task') return state.TimeoutSecondsPath ? state : { ...state, TimeoutSeconds: never };
  const { ItemProcessor, Branches, ...rest } = state;
  return {
    ...rest,
    ...(ItemProcessor && { ItemProcessor: transformed(ItemProcessor) }),
    ...(Branches && { Branches: Branches.map(transformed) }),
  };
}

/** The states that belong to an execution itself: those of inline maps and branches too, those of Distributed Maps not. */
export function* localStates({ States }: AslMachine): Generator<[string, AslState]> {
  for (const [name, state] of Object.entries(States)) {
    yield [name, state];
    if (isDistributed(state)) continue;
    for (const inner of [state.ItemProcessor ?? [], state.Branches ?? []].flat()) yield* localStates(inner);
  }
}

/** How the history of Step Functions has a state. */
export function recordedAs(state: AslState | undefined): Recorded {
  if (!state) return 'other';
  if (isDistributed(state)) return 'distributed';
  if (state.Type === 'Map' || state.Type === 'Parallel') return 'inline';
  if (state.Type === 'Task') return state.Resource?.includes('.sync') ? 'sync' : 'task';
  return 'other';
}
