import { InvalidArgumentError } from 'commander';
import { accountId, principalArn, roleName } from '../../../functions/config/fields.ts';

/** Values that greenlight.yaml knows are checked by its own rules. */
const by = (field: () => { safeParse(value: string): { success: boolean; error?: { issues: readonly { message: string }[] } } }) => {
  const schema = field();
  return (text: string): string => {
    const { success, error } = schema.safeParse(text);
    if (success) return text;
    throw new InvalidArgumentError(`${error?.issues[0]?.message ?? 'not understood'}.`);
  };
};

export const parseAccountId = by(accountId);
export const parsePrincipalArn = by(principalArn);
export const parseRoleName = by(roleName);

/** @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html (Id) */
export function parseOrganizationId(text: string): string {
  if (/^o-[a-z0-9]{10,32}$/.test(text)) return text;
  throw new InvalidArgumentError('expected the id of an organization such as o-abcdefghij.');
}
