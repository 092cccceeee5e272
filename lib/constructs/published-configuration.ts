import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { FindingsStore } from './findings-store.ts';
import { NodeFunction } from './node-function.ts';
import { grantKeys } from './store-access.ts';

export interface PublishedConfigurationProps {
  readonly store: FindingsStore;
  /** The configuration as JSON, which may hold tokens of the CDK such as the account of the stack. */
  readonly configuration: string;
}

/** Writes the configuration to `config/greenlight.json` at each deployment that changes it. It stays when the stack goes. */
export class PublishedConfiguration extends Construct {
  constructor(scope: Construct, id: string, { store, configuration }: PublishedConfigurationProps) {
    super(scope, id);
    const publish = new NodeFunction(this, 'Publish', {
      name: 'publish-configuration',
      entry: 'functions/handlers/deploy/publish-configuration.ts',
      description: 'Writes the configuration of the deployment to the store',
      timeout: Duration.seconds(60),
      environment: { FINDINGS_BUCKET: store.bucket.bucketName },
    });
    grantKeys(store.bucket, publish.role, { put: ['config/greenlight.json'] });
    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::PublishedConfiguration',
      serviceToken: publish.function.functionArn,
      // One key for the whole text: CloudFormation turns numbers and booleans in properties into strings.
      properties: { Configuration: configuration },
      serviceTimeout: Duration.minutes(3),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // The function can write only once its policy and that of the bucket are there.
    resource.node.addDependency(publish, store);
  }
}
