import type { ErrorCode } from './error-codes.ts';

/** What a code says to the reader of a report, and what to do about it. */
export interface ErrorCodeMeaning {
  readonly meaning: string;
  readonly advice: string;
}

/** One entry for each code of `errorCodes`; docs/reference/error-codes.md is made from it. */
export const errorCodeMeanings: Readonly<Record<ErrorCode, ErrorCodeMeaning>> = {
  AssumeRoleDenied: {
    meaning: 'STS refused to hand out the scan role of the account, or the role does not exist.',
    advice:
      'Check that the role exists, that its trust policy names the caller and the external id of greenlight.yaml, and that the caller may call `sts:AssumeRole` on it. `greenlight access print --trust` prints the policy.',
  },
  AccessDenied: {
    meaning: 'IAM refused one AWS call. The message names the action.',
    advice:
      'Allow the action; `greenlight access print --iam` and permissions.md have the whole policy, `access verify` tries each action. Look for a service control policy or a permissions boundary if the role allows it already.',
  },
  AccessNotConfigured: {
    meaning: 'The API server does not know the IAM principal: there is neither an access entry nor an aws-auth line for it.',
    advice:
      'Let an administrator run `greenlight access apply`: it creates the access entry with the group `eks-greenlight:scan` and applies the ClusterRole, or prints the lines for aws-auth. permissions.md has both.',
  },
  RegionDisabled: {
    meaning: 'The region is not enabled for the account.',
    advice: 'Enable the region, or leave it out of `regions` in greenlight.yaml.',
  },
  AccountNotActive: {
    meaning: 'The account is suspended or being closed.',
    advice: 'Exclude the account in greenlight.yaml, or wait until it is active.',
  },
  Throttled: {
    meaning:
      'The API refused requests because there were too many, or something else is changing the object, and went on doing so through all retries.',
    advice: 'Lower `concurrency` in greenlight.yaml, or scan at another time.',
  },
  EndpointUnreachable: {
    meaning: 'No connection to the endpoint came about: name, route, port, proxy or certificate.',
    advice:
      'Scan from a network that reaches it: a private API server answers inside its VPC only, a public one only the CIDRs of `publicAccessCidrs`.',
  },
  Unauthorized: {
    meaning: 'The credentials were not accepted: missing, expired, wrong, or used with a clock that is off.',
    advice: 'Sign in again and check `aws sts get-caller-identity`. If only a cluster answers so, check its access entry.',
  },
  Forbidden: {
    meaning: 'The API server knows the caller, but RBAC does not allow the request.',
    advice:
      'Apply the ClusterRole again, with `greenlight access apply` or from permissions.md: it grows when checks need new evidence. `access verify` says what is missing.',
  },
  NotFound: {
    meaning: 'What was asked for does not exist there.',
    advice: 'Check name, account and region.',
  },
  Timeout: {
    meaning: 'The answer did not come, or did not end, before the deadline.',
    advice: 'Scan again. If it repeats, raise `kubernetes.timeoutSeconds` or lower `kubernetes.pageSize` in greenlight.yaml.',
  },
  InvalidResponse: {
    meaning: 'The answer, or the file, has another shape than expected. The message names the place.',
    advice:
      'If a proxy answers in place of the API, go around it. If a file was changed by hand, collect it again. Else report a defect with the message.',
  },
  NotYetAvailable: {
    meaning: 'The evidence does not exist yet, such as the endpoint of a cluster that is being created.',
    advice: 'Scan again later.',
  },
  NotRequested: {
    meaning: 'The evidence was left out on purpose: an opt-in that is off, a cluster under `awsOnly`, or no check reads it.',
    advice: 'Nothing, or ask for it in greenlight.yaml.',
  },
  TargetNotOffered: {
    meaning: 'The requested target version is not newer than the control plane, or EKS does not offer it.',
    advice: 'Give one of the versions that the message lists, or `next`.',
  },
  Internal: {
    meaning: 'Something that nobody expected.',
    advice: 'Run again with `--verbose` and report the message as a defect.',
  },
};
