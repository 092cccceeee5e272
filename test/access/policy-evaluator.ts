import { z } from 'zod';

/** A small evaluator of IAM policies for table tests, over documents as they are deployed.
 *
 *  What it knows: Effect, Action and NotAction, Resource and NotResource with `*` and `?`, Principal with AWS ARNs and accounts, conditions
 *  String(Not)Equals, String(Not)Like, Arn(Not)Equals, Arn(Not)Like, Bool and Null, each with `IfExists`, several values (any fits),
 *  several keys and operators (all fit), the set operators ForAnyValue and ForAllValues over them, policy variables `${key}`, and that an explicit Deny beats every Allow.
 *
 *  What it does not: numbers, dates, addresses, NotPrincipal, requests of services and of identity providers,
 *  boundaries, session policies, service control policies, and resource policies joined with identity policies. What it does not know it
 *  refuses with an error rather than to guess. CloudFormation functions must be resolved before. */
const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const conditionValues = z.union([
  z.boolean().transform((one) => [String(one)]),
  z.string().transform((one) => [one]),
  z.array(z.union([z.string(), z.boolean()]).transform(String)),
]);

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z
    .union([z.literal('*'), z.strictObject({ AWS: list.optional(), Service: list.optional(), Federated: list.optional() })])
    .optional(),
  Action: list.optional(),
  NotAction: list.optional(),
  Resource: list.optional(),
  NotResource: list.optional(),
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).optional(),
});
const documentSchema = z.looseObject({
  Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
});
type Statement = z.output<typeof statementSchema>;

export interface AccessAttempt {
  /** `eks:DescribeCluster` */
  readonly action: string;
  /** ARN. @default `*`, as for actions without a resource */
  readonly resource?: string;
  /** ARN of the role or user that asks, for policies with a Principal; its account and `aws:PrincipalArn` follow from it. */
  readonly principal?: string;
  /** Condition keys of the request, e.g. `aws:RequestTag/team`; `aws:TagKeys` and the like have several values. Keys do not depend on case. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export type Decision = 'allowed' | 'denied' | 'explicitly denied';

/** What the documents together decide.
 *  @throws Error, or ZodError, for what is not supported */
export function decide(documents: readonly unknown[], attempt: AccessAttempt): Decision {
  const fitting = documents.flatMap((document) => documentSchema.parse(document).Statement).filter((statement) => fits(statement, attempt));
  if (fitting.some(({ Effect }) => Effect === 'Deny')) return 'explicitly denied';
  return fitting.length > 0 ? 'allowed' : 'denied';
}

function fits(statement: Statement, attempt: AccessAttempt): boolean {
  const context = contextOf(attempt);
  const { resource = '*' } = attempt;
  const named = (patterns: readonly string[], matches: (pattern: string) => boolean) => patterns.some(matches);
  const actionFits = (pattern: string) => matchesGlob(pattern.toLowerCase(), attempt.action.toLowerCase());
  const resourceFits = (pattern: string) => {
    const filled = substituted(pattern, context);
    return filled !== undefined && matchesGlob(filled, resource);
  };
  if (statement.Action === undefined && statement.NotAction === undefined) throw new Error('a statement without Action and NotAction');
  if (statement.Action && !named(statement.Action, actionFits)) return false;
  if (statement.NotAction && named(statement.NotAction, actionFits)) return false;
  if (statement.Resource && !named(statement.Resource, resourceFits)) return false;
  if (statement.NotResource && named(statement.NotResource, resourceFits)) return false;
  if (statement.Principal && !principalFits(statement.Principal, attempt.principal)) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => conditionFits(operator, context.get(key.toLowerCase()), values, context)),
  );
}

function principalFits(principal: NonNullable<Statement['Principal']>, asking: string | undefined): boolean {
  if (principal === '*') return true;
  if (asking === undefined) return false;
  const account = asking.split(':')[4];
  // Roles and users ask here; a service or an identity provider is somebody else.
  return (principal.AWS ?? []).some(
    (one) => one === '*' || one === asking || one === account || one === asking.replace(/:[^:]*$/, ':root'),
  );
}

type Value = string | readonly string[];
type Context = ReadonlyMap<string, Value>;

function contextOf({ principal, context = {} }: AccessAttempt): Context {
  const [, , , , account = ''] = principal?.split(':') ?? [];
  const own = principal === undefined ? {} : { 'aws:PrincipalArn': principal, 'aws:PrincipalAccount': account };
  return new Map(Object.entries({ ...own, ...context }).map(([key, value]) => [key.toLowerCase(), value]));
}

const comparisons: Readonly<Record<string, (pattern: string, value: string) => boolean>> = {
  StringEquals: (pattern, value) => pattern === value,
  StringLike: matchesGlob,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (pattern, value) => pattern.toLowerCase() === value.toLowerCase(),
};

function conditionFits(operator: string, value: Value | undefined, values: readonly string[], context: Context): boolean {
  const [, set, single] = /^(ForAnyValue|ForAllValues):(.+)$/.exec(operator) ?? [];
  if (set !== undefined && single !== undefined) {
    const asked = typeof value === 'string' ? [value] : (value ?? []);
    const each = asked.map((one) => conditionFits(single, one, values, context));
    return set === 'ForAnyValue' ? each.some(Boolean) : each.every(Boolean);
  }
  if (operator === 'Null') return values.some((wanted) => (wanted === 'true') === (value === undefined));
  const ifExists = operator.endsWith('IfExists');
  const base = ifExists ? operator.slice(0, -'IfExists'.length) : operator;
  const negative = /^(?:String|Arn)Not/.test(base);
  const compare = comparisons[base.replace('Not', '')];
  if (!compare) throw new Error(`condition operator ${operator} is not supported`);
  if (value === undefined) return ifExists || negative;
  if (typeof value !== 'string') throw new Error(`${operator} compares one value, and ${value} are several: use a set operator`);
  const any = values.some((pattern) => {
    const filled = substituted(pattern, context);
    return filled !== undefined && compare(filled, value);
  });
  return negative ? !any : any;
}

/** Policy variables filled in; undefined where the request has no such key, which then fits nothing. */
function substituted(pattern: string, context: Context): string | undefined {
  let missing = false;
  const text = pattern.replaceAll(/\$\{([^}]+)\}/g, (_, key: string) => {
    const value = context.get(key.toLowerCase());
    if (typeof value === 'string') return value;
    missing = true;
    return '';
  });
  return missing ? undefined : text;
}

/** Each of the six parts of an ARN is compared for itself: a `*` does not reach over a colon before the resource. */
function matchesArn(pattern: string, value: string): boolean {
  const parts = (arn: string) => {
    const all = arn.split(':');
    return [...all.slice(0, 5), all.slice(5).join(':')];
  };
  const wanted = parts(pattern);
  return parts(value).every((part, index) => matchesGlob(wanted[index] ?? '', part));
}

function matchesGlob(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[\\s\\S]*')
    .replaceAll('?', '[\\s\\S]');
  return new RegExp(`^${source}$`).test(text);
}
