import { Duration } from 'aws-cdk-lib';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import type { FindingsStore } from './findings-store.ts';
import { NodeFunction } from './node-function.ts';
import { grantKeys } from './store-access.ts';
import { grantTelling, type Telling, tellingEnvironment } from './telling.ts';

export interface NotifierProps extends Telling {
  readonly store: FindingsStore;
}

/** Tells people and the event bus what changed, and records what was sent. */
export class Notifier extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, { store, ...telling }: NotifierProps) {
    super(scope, id);
    const { bucket, encryptionKey } = store;
    const notify = new NodeFunction(this, 'Notify', {
      name: 'notify',
      entry: 'functions/handlers/notify/notify.ts',
      description: 'Sends what changed, each occurrence once',
      timeout: Duration.seconds(300),
      // It reads run.json, which grows with the fleet.
      memorySize: 2048,
      environment: {
        FINDINGS_BUCKET: bucket.bucketName,
        ...tellingEnvironment(telling),
      },
    });
    grantKeys(bucket, notify.role, {
      get: ['runs/*', 'state/notifications/*', 'state/latest.json'],
      put: ['state/notifications/*'],
      list: ['runs/*', 'state/notifications/*', 'state/latest.json'],
    });
    encryptionKey.grant(notify.role, 'kms:Decrypt', 'kms:GenerateDataKey');
    grantTelling(notify.role, telling);
    this.function = notify.function;
  }
}
