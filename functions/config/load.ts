import * as z from 'zod';
import { expectationOf, schemaProblems } from './expectations.ts';
import { isGlob, matchesGlob } from './globs.ts';
import { configurationJsonSchema } from './json-schema.ts';
import { ConfigurationInvalid, type ConfigurationProblem } from './problems.ts';
import { type Configuration, configurationSchema } from './schema.ts';
import { didYouMean } from './suggestions.ts';
import type { Path } from './yaml-problems.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

interface ParseOptions {
  /** The ids of all checks. With them, `severities` and `suppressions` that name no check are problems; this room does not know the checks.
   *  @default no ids are compared */
  readonly checks?: readonly string[];
}

/** Reads the text of greenlight.yaml, or of the stored `config/greenlight.json`, which is the same in JSON.
 *  @param file its name, for messages only
 *  @throws ConfigurationInvalid with every problem of the file at once */
export function parseConfiguration(text: string, file: string, options: ParseOptions = {}): Configuration {
  const source = readYaml(text);
  const problems: ConfigurationProblem[] = source.problems.map(({ line, path, expectation }) => ({
    file,
    line,
    path: pathText(path),
    value: null,
    expectation,
  }));
  if (!('data' in source)) throw new ConfigurationInvalid(problems);
  const parsed = configurationSchema.safeParse(source.data, { error: expectationOf });
  const wrong = parsed.error?.issues.flatMap((issue) => schemaProblems(issue, knownKeys)) ?? [];
  problems.push(...wrong.map(({ path, expectation, showsValue }) => located(source, file, path, expectation, showsValue)));
  const reported = new Set(problems.map(({ path }) => path));
  const unknown = unknownChecks(source.data, options.checks).filter(({ path }) => !reported.has(pathText(path)));
  problems.push(...unknown.map(({ path, expectation }) => located(source, file, path, expectation, false)));
  if (parsed.data === undefined || problems.length > 0) throw new ConfigurationInvalid(problems);
  return parsed.data;
}

function located(source: YamlSource, file: string, path: Path, expectation: string, showsValue: boolean): ConfigurationProblem {
  const at = { file, line: source.lineOf(path), path: pathText(path) };
  const value = source.textAt(path);
  if (!showsValue) return { ...at, value: null, expectation };
  if (value === undefined) return { ...at, value: null, expectation: `missing; ${expectation}` };
  // A key whose entries are all commented out.
  if (value === '' || value === 'null' || value === '~') return { ...at, value: null, expectation: `empty; ${expectation}` };
  return { ...at, value, expectation };
}

/** `suppressions[0].reason`; keys that are not plain words stand in brackets and quotes. */
function pathText(path: Path): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    const key = String(segment);
    if (!/^[\w-]+$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

const schemaNode = z.looseObject({
  properties: z.record(z.string(), z.unknown()).catch({}),
  items: z.unknown().optional(),
});

/** The keys that the schema knows at a path, read from the JSON Schema: what is suggested is what editors offer. */
function knownKeys(path: Path): readonly string[] {
  let node: unknown = configurationJsonSchema();
  for (const segment of path) {
    const around = schemaNode.safeParse(node).data;
    node = typeof segment === 'number' ? around?.items : around?.properties[String(segment)];
  }
  return Object.keys(schemaNode.safeParse(node).data?.properties ?? {});
}

const checkReferences = z.looseObject({
  severities: z.record(z.string(), z.unknown()).catch({}),
  suppressions: z.array(z.looseObject({ check: z.string().optional().catch(undefined) }).catch({})).catch([]),
});

/** Severities and suppressions of checks that do not exist: they would silently do nothing. Read from the raw data, so that they are
 *  reported together with whatever else is wrong. */
function unknownChecks(data: unknown, checks: readonly string[] | undefined): { readonly path: Path; readonly expectation: string }[] {
  const references = checkReferences.safeParse(data).data;
  if (checks === undefined || references === undefined) return [];
  const severities = Object.keys(references.severities)
    .filter((id) => !checks.includes(id))
    .map((id) => ({ path: ['severities', id], expectation: `no check has this id${didYouMean(id, checks)}` }));
  const suppressions = references.suppressions.flatMap(({ check }, index) => {
    if (check === undefined || checks.some((id) => matchesGlob(check, id))) return [];
    const expectation = isGlob(check) ? `no check has an id like "${check}"` : `no check has the id "${check}"${didYouMean(check, checks)}`;
    return [{ path: ['suppressions', index, 'check'], expectation }];
  });
  return [...severities, ...suppressions];
}
