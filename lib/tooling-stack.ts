import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alerts } from './constructs/alerts.ts';
import { FindingsStore } from './constructs/findings-store.ts';

/** Everything that runs in the tooling account. The output names are public: scripts and the documentation read them. */
export class ToolingStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, { description: 'EKS Greenlight: scans EKS clusters and says what would break at the next upgrade', ...props });

    const store = new FindingsStore(this, 'FindingsStore');
    const alerts = new Alerts(this, 'Alerts', { encryptionKey: store.encryptionKey });

    new CfnOutput(this, 'FindingsBucketName', {
      value: store.bucket.bucketName,
      description: 'Bucket of runs, findings and inventories',
    });
    new CfnOutput(this, 'AlertsTopicArn', { value: alerts.alertsTopic.topicArn, description: 'Topic for mail, HTTPS, queues and alarms' });
    new CfnOutput(this, 'ChatTopicArn', {
      value: alerts.chatTopic.topicArn,
      description: 'Topic for Amazon Q Developer in chat applications',
    });
  }
}
