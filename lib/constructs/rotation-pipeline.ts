import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction, IVersion } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { rotateRoleName } from '../../functions/access/names.ts';
import type { Configuration } from '../../functions/config/schema.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import type { FindingsStore } from './findings-store.ts';
import { functionNetwork } from './function-network.ts';
import { NodeFunction, type NodeFunctionProps } from './node-function.ts';
import { StateMachineFromAsl, type Substitution } from './state-machine-from-asl.ts';
import { grantKeys, type KeyPatterns } from './store-access.ts';
import { grantTelling, type Telling, tellingEnvironment } from './telling.ts';
import { Watchdog } from './watchdog.ts';

export interface RotationPipelineProps extends Telling {
  readonly store: FindingsStore;
  readonly configuration: Configuration;
  /** Publishes functions and machines as versions, so that a deployment never changes a rotation that is under way. Off only where
   *  CloudFormation does not know versions of state machines, as in a local stack of AWS.
   *  @default true */
  readonly versions?: boolean | undefined;
}

interface RotationFunctionProps extends Pick<NodeFunctionProps, 'memorySize' | 'network' | 'environment'> {
  readonly does: string;
  readonly seconds: number;
  readonly keys: KeyPatterns;
}

/** Lease, record, events, report, flag and index of rotations. A key that may be missing is listed too. */
const rotations = ['rotations/*'];
/** What was told, once for each channel. */
const told = ['state/notifications/*'];
/** Who may bring a rotation to its end: that writes its report, tells of it, and takes its marker away. */
const ends: KeyPatterns = {
  get: [...rotations, ...told, 'config/*'],
  put: [...rotations, ...told],
  list: [...rotations, ...told, 'config/*'],
  remove: ['rotations/open/*'],
};
const reads: KeyPatterns = { get: rotations, list: rotations };

/** The rotation of node groups: its functions, each with the least it needs, the machines that run them, and the watchdog that goes on where
 *  an execution has ended and its rotation has not. Only `rotation-step` enters accounts; the others work on the store. */
export class RotationPipeline extends Construct {
  /** Those whose errors no execution shows, by what they do. */
  readonly watchedFunctions: Readonly<Record<string, IFunction>>;
  readonly nodeRotation: StateMachineFromAsl;
  readonly revertRotation: StateMachineFromAsl;
  readonly deadLetterQueue: IQueue;
  private readonly props: RotationPipelineProps;

  constructor(scope: Construct, id: string, props: RotationPipelineProps) {
    super(scope, id);
    this.props = props;
    const { kubernetes, rotation } = props.configuration;

    const startRotation = this.rotationFunction('StartRotation', 'start-rotation', {
      does: 'Begins a rotation of node groups and takes the lease of the cluster',
      seconds: 60,
      keys: ends,
    });
    const rotationStep = this.rotationFunction('RotationStep', 'rotation-step', {
      does: 'One step of a rotation: reads the cluster, decides, does one bounded piece of work',
      seconds: 120,
      memorySize: 1024,
      network: kubernetes.vpc && functionNetwork(this, kubernetes.vpc),
      keys: ends,
    });
    const readOutcome = this.rotationFunction('ReadOutcome', 'read-outcome', {
      does: 'Says how a rotation has ended',
      seconds: 60,
      keys: reads,
    });
    const takeOver = this.rotationFunction('TakeOver', 'take-over', {
      does: 'Decides what becomes of a rotation whose execution has ended, and takes its lease',
      seconds: 60,
      keys: ends,
    });
    for (const { role } of [startRotation, rotationStep, takeOver]) grantTelling(role, props);
    allowRotateRole(rotationStep);
    const { lambda: gates } = rotation.gates;
    if (gates.length > 0)
      rotationStep.role.addToPolicy(new PolicyStatement({ sid: 'AskGates', actions: ['lambda:InvokeFunction'], resources: gates }));

    const RotationStepFunction = this.published(rotationStep);
    const ReadOutcomeFunction = this.published(readOutcome);
    const DrainBatchStateMachine = this.machine('DrainBatch', 'drain-batch', { RotationStepFunction });
    const WaitWindowStateMachine = this.machine('WaitWindow', 'wait-window', { RotationStepFunction });
    const shared = { RotationStepFunction, ReadOutcomeFunction, DrainBatchStateMachine, WaitWindowStateMachine };
    this.revertRotation = this.machine('RevertRotation', 'revert-rotation', { ...shared, TakeOverFunction: this.published(takeOver) });
    this.nodeRotation = this.machine('NodeRotation', 'node-rotation', {
      ...shared,
      StartRotationFunction: this.published(startRotation),
      RevertRotationStateMachine: this.revertRotation,
    });

    const sweep = this.rotationFunction('Sweep', 'sweep', {
      does: 'Starts the revert of rotations that nobody looks after any more',
      seconds: 60,
      keys: reads,
      environment: { REVERT_STATE_MACHINE_ARN: this.revertRotation.liveArn },
    });
    const watchdog = new Watchdog(this, 'Watchdog', {
      rotation: this.nodeRotation,
      revert: this.revertRotation,
      sweep,
    });
    this.deadLetterQueue = watchdog.deadLetterQueue;
    this.watchedFunctions = { RotationStep: rotationStep.function, TakeOver: takeOver.function, Sweep: sweep.function };
  }

  private rotationFunction(id: string, name: string, { does, seconds, keys, environment, ...more }: RotationFunctionProps): NodeFunction {
    const { bucket } = this.props.store;
    const node = new NodeFunction(this, id, {
      name,
      entry: `functions/handlers/rotation/${name}.ts`,
      description: does,
      timeout: Duration.seconds(seconds),
      environment: { FINDINGS_BUCKET: bucket.bucketName, ...tellingEnvironment(this.props), ...environment },
      ...(this.isVersioned && { currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN } }),
      ...more,
    });
    grantKeys(bucket, node.role, keys);
    return node;
  }

  private get isVersioned(): boolean {
    return this.props.versions ?? true;
  }

  /** What a machine invokes: the version of the same deployment. Older ones stay for the executions that are under way. */
  private published(node: NodeFunction): IFunction | IVersion {
    return this.isVersioned ? node.function.currentVersion : node.function;
  }

  private machine(id: string, name: string, substitutions: Readonly<Record<string, Substitution>>): StateMachineFromAsl {
    return new StateMachineFromAsl(this, id, {
      file: `state-machines/${name}.asl.json`,
      stateMachineName: `eks-greenlight-${name}`,
      substitutions,
      versions: this.isVersioned,
    });
  }
}

/** Enters an account to change it: the rotate role of any account, which decides for itself whom it trusts. */
function allowRotateRole({ role }: NodeFunction): void {
  const rotateRole = `arn:${Aws.PARTITION}:iam::*:role/${rotateRoleName}`;
  role.addToPolicy(new PolicyStatement({ sid: 'EnterAccounts', actions: ['sts:AssumeRole'], resources: [rotateRole] }));
  acknowledgeWildcards(
    role,
    [rotateRole],
    'Accounts come and go without a deployment of this stack; what may be changed in one is up to the role in it.',
  );
}
