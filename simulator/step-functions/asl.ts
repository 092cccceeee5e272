import * as z from 'zod';

export type Json = z.output<ReturnType<typeof z.json>>;

const errorEquals = { ErrorEquals: z.array(z.string()) };
const payloadTemplate = z.record(z.string(), z.json());
const located = z.looseObject({ Resource: z.string(), Parameters: payloadTemplate.optional() });

/** The part of the Amazon States Language that these files are written in; other fields are kept and not looked into.
 *  @see https://states-language.net/spec.html */
const stateSchema = z.looseObject({
  Type: z.enum(['Task', 'Parallel', 'Map', 'Pass', 'Wait', 'Choice', 'Succeed', 'Fail']),
  Next: z.string().optional(),
  End: z.literal(true).optional(),
  Default: z.string().optional(),
  Choices: z.array(z.looseObject({ Next: z.string() })).optional(),
  Resource: z.string().optional(),
  Parameters: payloadTemplate.optional(),
  Result: z.json().optional(),
  TimeoutSeconds: z.number().optional(),
  TimeoutSecondsPath: z.string().optional(),
  Seconds: z.number().optional(),
  SecondsPath: z.string().optional(),
  Retry: z.array(z.looseObject({ ...errorEquals, MaxAttempts: z.number().optional() })).optional(),
  Catch: z.array(z.looseObject({ ...errorEquals, Next: z.string() })).optional(),
  Error: z.string().optional(),
  ErrorPath: z.string().optional(),
  ItemReader: located.extend({ ReaderConfig: z.looseObject({ InputType: z.string().optional() }).optional() }).optional(),
  ItemSelector: payloadTemplate.optional(),
  ResultWriter: located.optional(),
  MaxConcurrencyPath: z.string().optional(),
  ToleratedFailurePercentage: z.number().optional(),
  Label: z.string().optional(),
  get ItemProcessor() {
    return machineSchema.optional();
  },
  get Branches() {
    return z.array(machineSchema).optional();
  },
});

const machineSchema = z.looseObject({
  StartAt: z.string(),
  TimeoutSeconds: z.number().optional(),
  ProcessorConfig: z.looseObject({ Mode: z.string().optional(), ExecutionType: z.string().optional() }).optional(),
  get States() {
    return z.record(z.string(), stateSchema);
  },
});

export type AslState = z.output<typeof stateSchema>;
export type AslMachine = z.output<typeof machineSchema>;

/** @throws SyntaxError or ZodError on what is not a state machine */
export const parseAsl = (text: string): AslMachine => machineSchema.parse(JSON.parse(text));

/** Names that a file leaves open for the construct: `${Name}`, sorted, each once. */
export function substitutionsOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name = '']) => name))].toSorted();
}

/** Fills in substitutions: the partition of most accounts, and for the rest the name itself, so that what runs can be told by it. */
export const filled = (text: string): string => text.replaceAll(/\$\{([^}]*)\}/g, (_, name) => (name === 'Partition' ? 'aws' : name));

export const isDistributed = ({ ItemProcessor }: AslState): boolean => ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED';

/** What a resource names without its partition: `lambda:invoke` of `arn:aws:states:::lambda:invoke`. */
export const integrationOf = (resource = ''): string => resource.replace(/^arn:[^:]*:states:::/, '');

/** A state machine within a file: the file itself, the children of a map, a branch. */
export interface Nested {
  readonly machine: AslMachine;
  /** The maps and parallel states around it, outermost first. */
  readonly within: readonly AslState[];
}

export function* machinesIn(machine: AslMachine, within: readonly AslState[] = []): Generator<Nested> {
  yield { machine, within };
  for (const state of Object.values(machine.States)) {
    for (const child of [state.ItemProcessor ?? [], state.Branches ?? []].flat()) yield* machinesIn(child, [...within, state]);
  }
}

export interface NamedState extends Nested {
  readonly name: string;
  readonly state: AslState;
}

/** Every state of a file, those of children and branches too. */
export function* statesIn(root: AslMachine): Generator<NamedState> {
  for (const nested of machinesIn(root))
    for (const [name, state] of Object.entries(nested.machine.States)) yield { ...nested, name, state };
}

/** Where a state can go on. */
export function targetsOf({ Next, Default, Choices = [], Catch = [] }: AslState): string[] {
  return [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((catcher) => catcher.Next)].filter(
    (name) => name !== undefined,
  );
}
