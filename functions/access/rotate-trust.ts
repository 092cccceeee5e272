import { rotationFunctionRoles } from './names.ts';
import type { PolicyDocument } from './policy-document.ts';
import { type TrustOptions, trustStatement } from './trust-policy.ts';

export interface RotateTrustOptions extends Pick<TrustOptions, 'partition' | 'externalId' | 'organizationId'> {
  /** Account of the tooling stack, or what stands for it. */
  readonly toolingAccountId: string;
}

/** Who may assume the rotate role: the functions of a rotation, by their exact roles, and nobody else. `scanRole.trustedPrincipals` are people
 *  who read; nobody writes from a laptop, where no lease would be held. */
export function rotateTrustPolicy({ partition, toolingAccountId, ...conditions }: RotateTrustOptions): PolicyDocument {
  const iam = `arn:${partition}:iam::${toolingAccountId}`;
  const roles = Object.values(rotationFunctionRoles).map((name) => `${iam}:role/${name}`);
  return { Version: '2012-10-17', Statement: [trustStatement('RotationFunctions', `${iam}:root`, roles, conditions)] };
}
