import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanFunctionRoles } from '../../functions/access/names.ts';
import { trustPolicy } from '../../functions/access/trust-policy.ts';
import { tooling } from './builders.ts';
import { type AccessAttempt, decide } from './policy-evaluator.ts';

const functions = Object.values(scanFunctionRoles).map((name) => `arn:aws:iam::${tooling}:role/${name}`);
const jane = 'arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_platform_0123';
const joe = 'arn:aws:iam::222222222222:user/joe';
const ada = 'arn:aws:iam::333333333333:role/platform-admin';

const full = {
  partition: 'aws',
  toolingAccountId: tooling,
  externalId: 'ext',
  organizationId: 'o-exampleorg',
  trustedPrincipals: [jane, ada, joe],
};
const rightContext = { 'sts:ExternalId': 'ext', 'aws:PrincipalOrgID': 'o-exampleorg' };
const enter = (policy: unknown, principal: string, context: AccessAttempt['context'] = rightContext, action = 'sts:AssumeRole') =>
  decide([policy], { action, principal, context });

describe('the trust policy', () => {
  it('trusts the scan functions and the people who are named', () => {
    expect([...functions, jane, joe, ada].map((principal) => enter(trustPolicy(full), principal))).toEqual(Array(6).fill('allowed'));
  });

  it('trusts nobody else', () => {
    const ids = fc.constantFrom(tooling, '222222222222', '333333333333', '444444444444');
    const names = fc.oneof(
      fc.stringMatching(/^[\w+=,.@-]{1,64}$/),
      fc.constantFrom(...Object.values(scanFunctionRoles), 'joe', 'platform-admin'),
    );
    const paths = fc.constantFrom('', 'path/', 'aws-reserved/sso.amazonaws.com/eu-west-1/');
    const principals = fc
      .tuple(ids, fc.constantFrom('role', 'user'), paths, names)
      .map(([id, kind, path, name]) => `arn:aws:iam::${id}:${kind}/${path}${name}`);
    const trusted = [...functions, jane, joe, ada];
    fc.assert(
      fc.property(principals, (principal) => {
        expect(enter(trustPolicy(full), principal)).toBe(trusted.includes(principal) ? 'allowed' : 'denied');
      }),
    );
  });

  it.each([
    ['without the external id', { 'aws:PrincipalOrgID': 'o-exampleorg' }],
    ['with another external id', { ...rightContext, 'sts:ExternalId': 'other' }],
    ['from another organization', { ...rightContext, 'aws:PrincipalOrgID': 'o-anotherone' }],
    ['from none', { 'sts:ExternalId': 'ext' }],
  ])('trusts nobody %s', (_, context) => {
    expect([...functions, jane].map((principal) => enter(trustPolicy(full), principal, context))).toEqual(Array(4).fill('denied'));
  });

  it('asks for neither where neither is configured', () => {
    const policy = trustPolicy({ partition: 'aws', toolingAccountId: tooling, trustedPrincipals: [] });
    expect(functions.map((principal) => enter(policy, principal, {}))).toEqual(Array(3).fill('allowed'));
    expect(policy.Statement).toHaveLength(1);
  });

  it('lets a role be assumed and nothing else', () => {
    for (const action of ['sts:TagSession', 'sts:SetSourceIdentity', 'sts:AssumeRoleWithSAML'])
      expect(enter(trustPolicy(full), functions[0] ?? '', rightContext, action)).toBe('denied');
  });

  it('has one statement an account, whatever the order and repetition of the list', () => {
    const again = trustPolicy({ ...full, trustedPrincipals: [joe, ada, jane, joe] });
    expect(again).toEqual(trustPolicy(full));
    expect(again.Statement.map(({ Sid }) => Sid)).toEqual([
      'ScanFunctions',
      'TrustedPrincipals222222222222',
      'TrustedPrincipals333333333333',
    ]);
  });

  it('uses the partition that it is given', () => {
    const [statement] = trustPolicy({ partition: 'aws-cn', toolingAccountId: tooling, trustedPrincipals: [] }).Statement;
    expect(JSON.stringify(statement)).not.toContain('arn:aws:');
    expect(statement?.Principal).toEqual({ AWS: `arn:aws-cn:iam::${tooling}:root` });
  });

  it('is refused where nobody would be trusted', () => {
    expect(() => trustPolicy({ partition: 'aws', trustedPrincipals: [] })).toThrow('name the tooling account');
  });
});
