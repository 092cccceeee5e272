import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const callSchema = z.looseObject({ Resource: z.string(), Parameters: z.record(z.string(), z.unknown()).default({}) });
const distributedMapSchema = z.looseObject({
  Type: z.literal('Map'),
  Label: z.string({ error: 'a distributed map needs a Label, which is part of the ARNs of its executions' }),
});

/** One use of a service by a workflow. */
export interface ServiceCall {
  /** Where it stands: a Task, the ItemReader or the ResultWriter of a map. */
  readonly role: 'task' | 'item-reader' | 'result-writer';
  /** The service integration, from the service on: `lambda:invoke`, `aws-sdk:s3:putObject`. */
  readonly integration: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What the infrastructure has to know of a workflow in Amazon States Language (JSONPath). */
export interface AslFile {
  /** The definition without white space, substitutions still in it. */
  readonly definition: string;
  /** Names of the substitutions `${Name}`, each once. */
  readonly substitutions: readonly string[];
  readonly calls: readonly ServiceCall[];
  /** Labels of the distributed maps. */
  readonly distributedMaps: readonly string[];
}

/** @param file path from the root of the repository */
export function readAslFile(file: string): AslFile {
  const parsed: unknown = JSON.parse(readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8'));
  const definition = JSON.stringify(parsed);
  const objects = [...objectsIn(parsed)];
  return {
    definition,
    substitutions: [...new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => String(name)))],
    calls: objects.flatMap(({ key, value }) => callOf(key, value)),
    distributedMaps: objects
      .filter(({ value }) => 'ItemProcessor' in value && JSON.stringify(value.ItemProcessor).includes('"Mode":"DISTRIBUTED"'))
      .map(({ value }) => distributedMapSchema.parse(value).Label),
  };
}

interface Nested {
  readonly key: string;
  readonly value: object & { readonly ItemProcessor?: unknown };
}

function* objectsIn(value: unknown, key = ''): Generator<Nested> {
  if (typeof value !== 'object' || value === null) return;
  yield { key, value };
  for (const [name, nested] of Object.entries(value)) yield* objectsIn(nested, name);
}

function callOf(key: string, value: object): readonly ServiceCall[] {
  if (!('Resource' in value)) return [];
  const { Resource, Parameters } = callSchema.parse(value);
  const role = key === 'ItemReader' ? 'item-reader' : key === 'ResultWriter' ? 'result-writer' : 'task';
  return [{ role, integration: Resource.replace(/^.*:states:::/, ''), parameters: Parameters }];
}

/** The keys that a parameter can name, as a pattern for IAM: the text of `States.Format` with `*` for what is filled in.
 *  @returns undefined where the parameter is no such call: then the file does not say */
export function keyPattern(parameter: unknown): string | undefined {
  const format = /^States\.Format\('([^']+)'/.exec(String(parameter))?.[1];
  return format?.replaceAll('{}', '*');
}
