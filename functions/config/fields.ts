import * as z from 'zod';

const account = '12 digits in quotes such as "111111111111"';
const version = '"next" or a version in quotes such as "1.35"';

/** Text of one form. Every way of getting it wrong, another type included, gives the same sentence; a number also says what to do.
 *  @param expectation what comes after "expected"
 *  @param numberHint why a number was read where the writer of the file saw text */
function textLike(pattern: RegExp, expectation: string, numberHint?: string) {
  const wrong = `expected ${expectation}`;
  return z
    .string({ error: ({ input }) => (numberHint !== undefined && typeof input === 'number' ? `quote it: ${numberHint}; ${wrong}` : wrong) })
    .regex(pattern, { error: wrong });
}

/** Free text for people: a name, a reason. */
export const text = (what: string) => textLike(/\S/, `${what}, as text that is not empty`);

/** A name or a glob over names (see globs.ts). The limit keeps matching cheap: no AWS or Kubernetes name is longer than 253 characters. */
export const glob = (what: string) => textLike(/^[^\r\n]{1,512}$/, `${what} or a glob (*, ?, {a,b}, [ab])`);

/** `key=value`, where the value may be a glob; the first `=` separates them. */
export const tagCondition = () => textLike(/^[^=\r\n]{1,128}=[^\r\n]{0,512}$/, 'a tag as key=value, where the value may be a glob');

/** @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html (Id) */
export const accountId = () => textLike(/^\d{12}$/, account, 'YAML reads a bare account id as a number and drops leading zeros');

/** An account id, or a glob over account ids. Digits alone must be a whole id: a shorter one would silently match nothing. */
export const accountGlob = () =>
  textLike(
    /^(?:\d{12}|(?=[^*?{[]*[*?{[])[\d*?{},![\]-]{1,512})$/,
    `${account} or a glob of digits`,
    'YAML reads a bare account id as a number and drops leading zeros',
  );

/** A region code of any partition: `eu-west-1`, `us-gov-east-1`, `us-iso-east-1`, `eusc-de-east-1`. */
export const region = () => textLike(/^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/, 'a region such as eu-west-1');

/** An organizational unit, or a root.
 *  @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html (Id) */
export const organizationalUnit = () =>
  textLike(
    /^(?:ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/,
    'an organizational unit such as ou-abcd-11111111, or a root such as r-abcd',
  );

export const targetVersion = () => textLike(/^(?:next|1\.(?:0|[1-9]\d{0,2}))$/, version, 'YAML reads 1.30 as 1.3');

/** A principal that may be named in a trust policy. Sessions and wildcards are refused: the first end, the second trust everybody. */
export const principalArn = () =>
  textLike(
    /^arn:aws[a-z-]*:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]+$/,
    'the ARN of an IAM role or user such as arn:aws:iam::111111111111:role/platform-admin',
  );

/** An ARN of one service, of any partition and region. */
export const serviceArn = (service: string, what: string) =>
  textLike(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:\\S+$`), `the ARN of ${what}`);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html (RoleName) */
export const roleName = () => textLike(/^[\w+=,.@-]{1,64}$/, 'a role name without a path, of 1 to 64 letters, digits and +=,.@_-');

/** @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html (Id) */
export const organizationId = () => textLike(/^o-[a-z0-9]{10,32}$/, 'the id of an organization such as o-a1b2c3d4e5');

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (ExternalId) */
export const externalId = () =>
  textLike(
    /^[\w+=,.@:/-]{2,1224}$/,
    'an external id of 2 to 1224 letters, digits and +=,.@:/_-, in quotes if it is a number',
    'YAML reads it as a number',
  );

/** `vpc-…`, `subnet-…`, `sg-…` */
export const resourceId = (prefix: string, what: string) =>
  textLike(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `${what} such as ${prefix}-0123456789abcdef0`);

export const slackId = (prefixes: string, what: string) =>
  textLike(new RegExp(`^[${prefixes}][A-Z0-9]{6,20}$`), `${what} such as ${prefixes[0]}0123ABCD`);

/** 'YYYY-MM-DD', a day that exists, as text: the core schema of YAML 1.2 has no dates, so quotes are not needed. */
export const calendarDate = () => {
  const error = 'expected a calendar date that exists, as YYYY-MM-DD';
  return z.iso.date({ error });
};

export const email = () => z.email({ error: 'expected an e-mail address' });

/** A whole number within bounds, both included. */
export function wholeNumber(minimum: number, maximum: number, unit: string) {
  const error = `expected a whole number of ${unit} from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

/** A list in which no two entries have the same key; each repetition is a problem of its own. */
export function uniqueList<T extends z.ZodType>(entry: T, keyOf: (entry: z.output<T>) => unknown = (value) => value) {
  return z.array(entry).superRefine(
    (entries, context) => {
      const first = new Map<unknown, number>();
      for (const [index, value] of entries.entries()) {
        const key = keyOf(value);
        const earlier = first.get(key);
        if (earlier === undefined) first.set(key, index);
        else context.addIssue({ code: 'custom', path: [index], message: `given twice; entry ${earlier + 1} of the list has it already` });
      }
    },
    { when: ({ value }) => Array.isArray(value) },
  );
}

/** Refinements with this condition run although other parts of the object are wrong, so that all problems come at once. */
export const whateverElseIsWrong = {
  when: ({ value }: { readonly value: unknown }) => typeof value === 'object' && value !== null && !Array.isArray(value),
};
