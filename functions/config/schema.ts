import * as z from 'zod';
import { cronExpression, timezone } from './cron.ts';
import {
  accountId,
  externalId,
  glob,
  organizationalUnit,
  organizationId,
  principalArn,
  region,
  resourceId,
  roleName,
  tagCondition,
  targetVersion,
  text,
  uniqueList,
  whateverElseIsWrong,
  wholeNumber,
} from './fields.ts';
import { notifications } from './notifications.ts';
import { rotation } from './rotation.ts';
import { suppression } from './suppressions.ts';

const listOfRegions = () => uniqueList(region()).min(1);

const accounts = z
  .strictObject({
    organization: z
      .strictObject({
        organizationalUnits: uniqueList(organizationalUnit()).default([]).describe('Only accounts below these units; empty means all.'),
        exclude: uniqueList(accountId()).default([]).describe('Account ids, in quotes, that are never entered.'),
      })
      .optional()
      .describe('The accounts of the AWS organization.'),
    explicit: uniqueList(
      z.strictObject({
        id: accountId().describe('Account id, in quotes.'),
        name: text('a name for the account').optional().describe('Name shown in reports.'),
        regions: listOfRegions().optional().describe('Regions of this account; the top-level `regions` if left out.'),
      }),
      (account) => account?.id,
    )
      .min(1)
      .optional()
      .describe('A list of accounts, without an organization.'),
  })
  .refine((value) => (value.organization === undefined) !== (value.explicit === undefined), {
    ...whateverElseIsWrong,
    error: 'expected exactly one of organization and explicit',
  })
  .meta({ oneOf: [{ required: ['organization'] }, { required: ['explicit'] }] });

const clusterSelector = z
  .strictObject({
    tag: tagCondition().optional().describe('Tag of the cluster as key=value; the value may be a glob.'),
    name: glob('the name of a cluster').optional().describe('Name of the cluster; globs are allowed.'),
  })
  .refine((value) => value.tag !== undefined || value.name !== undefined, { ...whateverElseIsWrong, error: 'expected tag, name, or both' })
  .meta({ anyOf: [{ required: ['tag'] }, { required: ['name'] }] });

const clusters = z.strictObject({
  exclude: z.array(clusterSelector).default([]).describe('Clusters that are not scanned; they are listed as skipped.'),
  awsOnly: z
    .array(clusterSelector)
    .default([])
    .describe('Clusters whose Kubernetes API is not called: their Kubernetes evidence is not asked for.'),
});

const scanRole = z.strictObject({
  name: roleName().default('eks-greenlight-scan').describe('Name of the read-only role in every account.'),
  externalId: externalId().optional().describe('External id of the trust policy (sts:ExternalId); not a secret.'),
  organizationId: organizationId()
    .optional()
    .describe('Trusts nobody outside this organization (aws:PrincipalOrgID), and lets its in-cluster collectors write to the inbox.'),
  trustedPrincipals: uniqueList(principalArn()).default([]).describe('Roles and users that may scan from a laptop.'),
});

const kubernetes = z.strictObject({
  pods: z.boolean().default(true).describe('Reads pods: needed by the drain forecast and by checks of workloads.'),
  helmReleases: z.boolean().default(false).describe('Reads Helm releases. They are Secrets, so the role may then read Secrets.'),
  metrics: z.boolean().default(false).describe('Reads the metrics of the API server for requests to deprecated APIs.'),
  pageSize: wholeNumber(10, 5000, 'objects').default(500).describe('Objects in one page of a list.'),
  timeoutSeconds: wholeNumber(5, 840, 'seconds')
    .default(120)
    .describe('Seconds for all Kubernetes requests to one cluster; a scan has 15 minutes.'),
  vpc: z
    .strictObject({
      vpcId: resourceId('vpc', 'a VPC').describe('VPC of the tooling account.'),
      subnetIds: uniqueList(resourceId('subnet', 'a subnet')).min(1).describe('Subnets with a route to the private endpoints.'),
      securityGroupIds: uniqueList(resourceId('sg', 'a security group')).min(1).describe('Security groups of the functions.'),
    })
    .optional()
    .describe('Network of the tooling account from which private API servers are reached.'),
});

const nodeSubnetFreeIps = z
  .strictObject({
    required: wholeNumber(0, 65_536, 'addresses').default(30).describe('Fewer free addresses than this are a required finding.'),
    recommended: wholeNumber(0, 65_536, 'addresses').default(100).describe('Fewer free addresses than this are a recommended finding.'),
  })
  .refine((value) => !(value.required > value.recommended), {
    ...whateverElseIsWrong,
    error: 'expected required not to be above recommended: the first is the tighter limit',
  });

const thresholds = z.strictObject({
  minReplicas: wholeNumber(1, 1000, 'replicas').default(2).describe('Replicas below which a workload is reported.'),
  nodeSubnetFreeIps: nodeSubnetFreeIps.prefault({}).describe('Free addresses in the subnets of nodes.'),
  excludeNamespaces: uniqueList(glob('a namespace')).default([]).describe('Namespaces that workload checks leave out.'),
});

const severity = z.enum(['required', 'recommended', 'info', 'off']);

const checkId = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, { error: 'expected the id of a check such as readiness-probe (globs are not allowed here)' });

/** greenlight.yaml: the one file that says what is scanned, how it is judged and whom to tell. Unknown keys are errors; every default stands
 *  here and nowhere else. The parsed form is what is stored as `config/greenlight.json`, and it parses again to itself. */
export const configurationSchema = z.strictObject({
  accounts: accounts.describe('Which accounts are scanned: exactly one of `organization` and `explicit`.'),
  regions: z
    .union([z.literal('enabled'), listOfRegions()], { error: 'expected "enabled" or a list of at least one region' })
    .default('enabled')
    .describe('`enabled` for the enabled regions of each account, or a list.'),
  clusters: clusters.prefault({}).describe('Clusters that are treated differently; all others are scanned in full.'),
  schedule: z
    .strictObject({
      cron: cronExpression().default('0 6 * * *').describe('When the fleet is scanned: minute, hour, day of month, month, day of week.'),
      timezone: timezone().default('UTC').describe('Time zone of the IANA database in which `cron` is read.'),
    })
    .prefault({})
    .describe('When the deployed scan runs.'),
  targetVersion: targetVersion().default('next').describe('`next` for the next minor that EKS offers, or a version in quotes.'),
  supportPolicy: z
    .enum(['STANDARD', 'EXTENDED'])
    .optional()
    .describe('What the upgrade policy of every cluster should be; leave it out for no opinion.'),
  scanRole: scanRole.prefault({}).describe('The read-only role that scans enter in every account.'),
  kubernetes: kubernetes.prefault({}).describe('What is read from the Kubernetes API and how.'),
  concurrency: z
    .strictObject({
      accounts: wholeNumber(1, 1000, 'accounts').default(50).describe('Accounts that are listed at the same time.'),
      clusters: wholeNumber(1, 1000, 'clusters').default(50).describe('Clusters that are scanned at the same time.'),
    })
    .prefault({})
    .describe('How much of the fleet is scanned at the same time.'),
  store: z
    .strictObject({
      keepInventories: z.boolean().default(true).describe('Keeps what was seen of each cluster, for replay and comparison.'),
    })
    .prefault({})
    .describe('What is kept in the store.'),
  notifications: notifications.prefault({}).describe('Whom to tell, and when.'),
  owners: z
    .strictObject({
      fromTag: text('the key of a tag').optional().describe('Tag that names the owner: of the subject itself, else of the cluster.'),
      fromLabel: text('the key of a label').optional().describe('Label of the subject that names its owner; goes before the tag.'),
    })
    .prefault({})
    .describe('Where the owner of a finding is read from.'),
  severities: z.record(checkId, severity).default({}).describe('Severity of a check, by its id: required, recommended, info, or off.'),
  suppressions: z.array(suppression).default([]).describe('Findings that are accepted for a while, with a reason.'),
  thresholds: thresholds.prefault({}).describe('Numbers that checks compare with.'),
  rotation: rotation.prefault({}).describe('Blue/green rotation of node groups; off unless enabled.'),
});

/** greenlight.yaml after parsing, defaults filled in. `accounts` has exactly one of its two keys. */
export type Configuration = z.output<typeof configurationSchema>;
