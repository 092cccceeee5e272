import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rotationFunctionRoles, scanFunctionRoles } from '../../functions/access/names.ts';
import { rotateTrustPolicy } from '../../functions/access/rotate-trust.ts';
import { trustPolicy } from '../../functions/access/trust-policy.ts';
import { tooling } from './builders.ts';
import { decide } from './policy-evaluator.ts';

const arn = (name: string, account = tooling) => `arn:aws:iam::${account}:role/${name}`;
const step = arn('eks-greenlight-rotation-step');
const full = { partition: 'aws', toolingAccountId: tooling, externalId: 'ext', organizationId: 'o-exampleorg' };
const rightContext = { 'sts:ExternalId': 'ext', 'aws:PrincipalOrgID': 'o-exampleorg' };
const enter = (policy: unknown, principal: string, context: Readonly<Record<string, string>> = rightContext, action = 'sts:AssumeRole') =>
  decide([policy], { action, principal, context });

describe('the trust policy of the rotate role', () => {
  it('trusts the function that does the steps, and nobody else', () => {
    expect(Object.values(rotationFunctionRoles).map((name) => arn(name))).toEqual([step]);
    expect(enter(rotateTrustPolicy(full), step)).toBe('allowed');
    const names = fc.oneof(
      fc.stringMatching(/^[\w+=,.@-]{1,64}$/),
      fc.constantFrom(
        ...Object.values(scanFunctionRoles),
        ...['start-rotation', 'take-over', 'sweep', 'read-outcome', 'rotation-step'].map((name) => `eks-greenlight-${name}`),
      ),
    );
    const principals = fc
      .tuple(fc.constantFrom(tooling, '222222222222'), fc.constantFrom('role', 'user'), fc.constantFrom('', 'path/'), names)
      .map(([id, kind, path, name]) => `arn:aws:iam::${id}:${kind}/${path}${name}`);
    fc.assert(
      fc.property(principals, (principal) => {
        expect(enter(rotateTrustPolicy(full), principal)).toBe(principal === step ? 'allowed' : 'denied');
      }),
    );
  });

  it.each([
    ['without the external id', { 'aws:PrincipalOrgID': 'o-exampleorg' }],
    ['with another external id', { ...rightContext, 'sts:ExternalId': 'other' }],
    ['from another organization', { ...rightContext, 'aws:PrincipalOrgID': 'o-anotherone' }],
  ])('trusts nobody %s', (_, context) => {
    expect(enter(rotateTrustPolicy(full), step, context)).toBe('denied');
  });

  it('asks for neither where neither is configured, and uses the partition that it is given', () => {
    expect(enter(rotateTrustPolicy({ partition: 'aws', toolingAccountId: tooling }), step, {})).toBe('allowed');
    expect(JSON.stringify(rotateTrustPolicy({ ...full, partition: 'aws-cn' }))).not.toContain('arn:aws:');
  });

  it('is another than that of the scan role: neither role lets in whom the other trusts', () => {
    const scan = trustPolicy({ ...full, trustedPrincipals: ['arn:aws:iam::222222222222:user/joe'] });
    expect(enter(scan, step)).toBe('denied');
    for (const name of Object.values(scanFunctionRoles)) expect(enter(rotateTrustPolicy(full), arn(name))).toBe('denied');
  });
});
