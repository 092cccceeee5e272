import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountPrincipal, OrganizationPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Configuration } from '../functions/config/schema.ts';
import { Alarms } from './constructs/alarms.ts';
import { Alerts } from './constructs/alerts.ts';
import { FindingsStore } from './constructs/findings-store.ts';
import { FindingsTable } from './constructs/findings-table.ts';
import { FleetDashboard } from './constructs/fleet-dashboard.ts';
import { MemberStackSet } from './constructs/member-stack-set.ts';
import { Notifier } from './constructs/notifier.ts';
import { PublishedConfiguration } from './constructs/published-configuration.ts';
import { RotationPipeline } from './constructs/rotation-pipeline.ts';
import { ScanPipeline } from './constructs/scan-pipeline.ts';
import { longestGapHours } from './schedule-expression.ts';

export interface ToolingStackProps extends StackProps {
  readonly configuration: Configuration;
  /** `o-…`: with it the accounts of the organization may write to their inbox.
   *  @default only accounts that are listed one by one may */
  readonly organizationId?: string | undefined;
  /** How the scan roles get into the accounts of the organization: by a StackSet of this account, which manages StackSets for the management
   *  account (delegated) or is that account (management), or without this stack (manual).
   *  @default delegated */
  readonly memberRoles?: 'delegated' | 'management' | 'manual';
  /** Whether findings can be queried with Athena.
   *  @default false */
  readonly athena?: boolean;
  /** Whether the functions and machines of rotations are published as versions. A local stack of AWS does not know those of machines.
   *  @default true */
  readonly versions?: boolean;
}

/** Everything that runs in the tooling account. The output names are public: scripts and the documentation read them. */
export class ToolingStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { configuration, organizationId, memberRoles = 'delegated', athena = false, versions = true, ...props }: ToolingStackProps,
  ) {
    super(scope, id, { description: 'EKS Greenlight: scans EKS clusters and says what would break at the next upgrade', ...props });
    const { accounts, notifications } = configuration;

    const store = new FindingsStore(this, 'FindingsStore', {
      inboxWriters: organizationId
        ? [new OrganizationPrincipal(organizationId)]
        : (accounts.explicit ?? []).map((account) => new AccountPrincipal(account.id)),
    });
    const alerts = new Alerts(this, 'Alerts', { encryptionKey: store.encryptionKey, notifications });
    const telling = { alerts, slackWebhookSecretArn: notifications.slackWebhook?.secretArn };
    const notifier = new Notifier(this, 'Notifier', { store, ...telling });
    new PublishedConfiguration(this, 'PublishedConfiguration', { store, configuration: JSON.stringify(configuration) });
    const pipeline = new ScanPipeline(this, 'ScanPipeline', { store, configuration, notify: notifier.function });
    // Without this nothing of the product may write to a cluster or a member account.
    const rotation = configuration.rotation.enabled
      ? new RotationPipeline(this, 'RotationPipeline', { store, configuration, versions, ...telling })
      : undefined;

    const { stateMachine } = pipeline.machine;
    const alarms = new Alarms(this, 'Alarms', {
      topic: alerts.alertsTopic,
      stateMachine,
      longestGapHours: longestGapHours(configuration.schedule.cron),
      functions: { ...pipeline.functions, ...rotation?.watchedFunctions },
      deadLetterQueues: {
        StartsNotMade: pipeline.schedule.deadLetterQueue,
        MailNotDelivered: alerts.undelivered,
        ...(rotation && { RotationsNotWatched: rotation.deadLetterQueue }),
      },
      revertRotation: rotation?.revertRotation.stateMachine,
    });
    const dashboard = new FleetDashboard(this, 'Dashboard', {
      bucket: store.bucket,
      stateMachine,
      functions: { ...pipeline.functions, ...rotation?.watchedFunctions },
      alarms: alarms.all,
      rotations: rotation && { rotation: rotation.nodeRotation.stateMachine, revert: rotation.revertRotation.stateMachine },
    });
    if (athena) new FindingsTable(this, 'FindingsTable', { bucket: store.bucket });
    if (accounts.organization && memberRoles !== 'manual')
      new MemberStackSet(this, 'MemberStackSet', { configuration, organizationId, administrator: memberRoles });

    this.output('FindingsBucketName', store.bucket.bucketName, 'Bucket of runs, findings and inventories');
    this.output('AlertsTopicArn', alerts.alertsTopic.topicArn, 'Topic for mail, HTTPS, queues and alarms');
    this.output('ChatTopicArn', alerts.chatTopic.topicArn, 'Topic for Amazon Q Developer in chat applications');
    this.output('FleetScanStateMachineArn', stateMachine.stateMachineArn, 'Start it to scan the fleet now');
    if (rotation) {
      this.output('NodeRotationStateMachineArn', rotation.nodeRotation.liveArn, 'Start it to rotate the nodes of a cluster');
      this.output('RevertRotationStateMachineArn', rotation.revertRotation.liveArn, 'Start it to take a rotation back');
    }
    this.output('DashboardUrl', dashboard.url, 'The fleet and its scans in CloudWatch');
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
