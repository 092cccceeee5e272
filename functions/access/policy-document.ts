/** An IAM policy as JSON, in the words of IAM.
 *  @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  /** Of a trust policy only. */
  readonly Principal?: { readonly AWS: string };
  readonly Action: string | readonly string[];
  /** Not in a trust policy. */
  readonly Resource?: string | readonly string[];
  /** Operator → condition key → values, any of which fits. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** JSON as it is pasted or piped: two spaces, a newline at the end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
