import type { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { configurationSchema } from '../../functions/config/schema.ts';
import { MemberStack, type MemberStackProps } from '../../lib/member-stack.ts';
import { ToolingStack, type ToolingStackProps } from '../../lib/tooling-stack.ts';
import { appWithFlags } from './synthesized.ts';

type Settings = z.input<typeof configurationSchema>;

/** A parsed configuration; one listed account unless told otherwise. */
export const configuration = (settings: Partial<Settings> = {}) =>
  configurationSchema.parse({ accounts: { explicit: [{ id: '222222222222' }] }, ...settings });

const slack = (channelId: string) => ({ workspaceId: 'T0123ABCD', channelId });

/** Configurations that make different resources. */
export const variants = {
  explicit: {},
  organization: { accounts: { organization: { organizationalUnits: ['ou-abcd-11111111'], exclude: ['333333333333'] } } },
  vpc: {
    kubernetes: {
      vpc: { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] },
    },
  },
  slack: {
    notifications: {
      email: ['platform@example.com'],
      slack: slack('C0000DEFAULT'),
      slackWebhook: { secretArn: 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:webhook-a1b2c3' },
      routes: [
        { owner: 'team-payments', email: ['payments@example.com'], slack: slack('C0PAYMENTS') },
        { owner: 'team-shop', slack: slack('C0PAYMENTS') },
        { owner: 'team-mail', email: ['platform@example.com', 'mail@example.com'] },
      ],
    },
  },
  rotation: {
    rotation: { enabled: true, gates: { lambda: ['arn:aws:lambda:eu-west-1:111111111111:function:is-it-fine'] } },
    kubernetes: { vpc: { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] } },
    notifications: { slackWebhook: { secretArn: 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:webhook-a1b2c3' } },
  },
} satisfies Readonly<Record<string, Partial<Settings>>>;
export type Variant = keyof typeof variants;
export const variantNames = z.array(z.enum(['explicit', 'organization', 'vpc', 'slack', 'rotation'])).parse(Object.keys(variants));

type ToolingOptions = Partial<ToolingStackProps> & { readonly app?: App };

export function toolingStack(variant: Variant = 'explicit', { app = appWithFlags(), ...props }: ToolingOptions = {}): ToolingStack {
  const organizationId = variant === 'organization' ? 'o-a1b2c3d4e5' : undefined;
  return new ToolingStack(app, 'EksGreenlight', { configuration: configuration(variants[variant]), organizationId, ...props });
}

export function memberStack(props: Partial<MemberStackProps> & { readonly app?: App } = {}): MemberStack {
  const { app = appWithFlags(), ...rest } = props;
  return new MemberStack(app, 'EksGreenlightMember', { configuration: configuration(), ...rest });
}
