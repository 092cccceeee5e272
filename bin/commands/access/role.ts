import { Option } from 'commander';
import { type AccessProfile, profilesOf, scanProfile } from '../../../functions/access/profile.ts';
import type { Configuration } from '../../../functions/config/schema.ts';
import { CommandFailure } from '../failure.ts';

/** Which of the two roles a command is about. */
export const roleOption = (description: string): Option => new Option('--role <role>', description).choices(['scan', 'rotate']);

/** @throws CommandFailure where the configuration deploys no such role */
export function profileOf(role: AccessProfile['role'] | undefined, configuration: Configuration): AccessProfile {
  const wanted = role ?? 'scan';
  const profile = profilesOf(configuration).find((one) => one.role === wanted);
  if (profile) return profile;
  throw new CommandFailure('there is no rotate role: greenlight.yaml does not say rotation: { enabled: true }');
}

/** The role that is named, or all that the configuration deploys. A principal that is named is let in for one of them: the scan. */
export function profilesFor(
  { role, principalArn }: { readonly role?: AccessProfile['role']; readonly principalArn?: string },
  configuration: Configuration,
): readonly AccessProfile[] {
  if (role !== undefined) return [profileOf(role, configuration)];
  return principalArn === undefined ? profilesOf(configuration) : [scanProfile(configuration)];
}
