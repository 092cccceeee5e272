import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Configuration } from '../../functions/config/schema.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import type { FindingsStore } from './findings-store.ts';
import { functionNetwork } from './function-network.ts';
import { NodeFunction, type NodeFunctionProps } from './node-function.ts';
import { ScanSchedule } from './scan-schedule.ts';
import { StateMachineFromAsl } from './state-machine-from-asl.ts';
import { grantKeys, type KeyPatterns } from './store-access.ts';

export interface ScanPipelineProps {
  readonly store: FindingsStore;
  readonly configuration: Configuration;
  /** Tells people; made with the topics. */
  readonly notify: IFunction;
}

interface ScanFunctionProps extends Pick<NodeFunctionProps, 'memorySize' | 'network'> {
  readonly does: string;
  readonly seconds: number;
  readonly keys: KeyPatterns;
}

/** What runs are compared with; what was sent is in `state/` too, but only notify reads and writes it. */
const knownState = ['state/clusters/*', 'state/latest.json'];

/** The scan of the fleet: its functions, each with the least it needs, the machine that runs them, and the schedule that starts it. */
export class ScanPipeline extends Construct {
  /** All that run in a scan, by what they do. */
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly machine: StateMachineFromAsl;
  readonly schedule: ScanSchedule;
  private readonly store: FindingsStore;

  constructor(scope: Construct, id: string, { store, configuration, notify }: ScanPipelineProps) {
    super(scope, id);
    this.store = store;
    const { accounts, scanRole, kubernetes, schedule } = configuration;

    const discoverTargets = this.scanFunction('discover-targets', {
      does: 'Begins a run and writes the accounts to enter',
      seconds: 300,
      keys: {
        get: ['config/*', 'runs/*'],
        put: ['runs/*/context.json', 'runs/*/items/targets*.jsonl', 'runs/*/lists/*'],
        list: ['config/*', 'runs/*'],
      },
    });
    const listClusters = this.scanFunction('list-clusters', {
      does: 'Lists the clusters of an account',
      seconds: 240,
      keys: { get: ['runs/*/context.json', 'runs/*/lists/*'], put: ['runs/*/lists/*'], list: ['runs/*'] },
    });
    const planScan = this.scanFunction('plan-scan', {
      does: 'Joins the lists into the clusters to scan',
      seconds: 300,
      keys: {
        get: ['runs/*', 'catalog/*'],
        put: ['runs/*/items/clusters*.jsonl', 'catalog/*'],
        list: ['runs/*', 'catalog/*'],
      },
    });
    const scanCluster = this.scanFunction('scan-cluster', {
      does: 'Collects what is known of a cluster and judges it',
      seconds: 900,
      memorySize: 1536,
      network: kubernetes.vpc && functionNetwork(this, kubernetes.vpc),
      keys: {
        get: ['runs/*/context.json', 'runs/*/shared/*', 'catalog/*', 'inbox/*'],
        put: ['runs/*/clusters/*', 'runs/*/coverage/*', 'runs/*/shared/*', 'findings/*', 'inventory/*'],
        list: ['runs/*', 'catalog/*', 'inbox/*'],
      },
    });
    const summarizeRun = this.scanFunction('summarize-run', {
      does: 'Compares the results of a run with the last known state and writes its report',
      seconds: 900,
      memorySize: 2048,
      keys: {
        get: ['runs/*', ...knownState],
        put: ['runs/*/run.json', 'runs/*/report.html'],
        list: ['runs/*', ...knownState],
      },
    });
    const commitRun = this.scanFunction('commit-run', {
      does: 'Advances the last known state',
      seconds: 900,
      // It reads run.json, which grows with the fleet.
      memorySize: 2048,
      keys: { get: ['runs/*', ...knownState], put: knownState, list: ['runs/*', ...knownState] },
    });

    if (accounts.organization) allowOrganization(discoverTargets);
    for (const scan of [listClusters, planScan, scanCluster]) allowScanRole(scan, scanRole.name);

    this.functions = {
      DiscoverTargets: discoverTargets.function,
      ListClusters: listClusters.function,
      PlanScan: planScan.function,
      ScanCluster: scanCluster.function,
      SummarizeRun: summarizeRun.function,
      Notify: notify,
      CommitRun: commitRun.function,
    };
    this.machine = new StateMachineFromAsl(this, 'FleetScan', {
      file: 'state-machines/fleet-scan.asl.json',
      stateMachineName: 'eks-greenlight-fleet-scan',
      itemKeys: ['runs/*/items/*'],
      substitutions: {
        FindingsBucket: store.bucket,
        ...Object.fromEntries(Object.entries(this.functions).map(([name, one]) => [`${name}Function`, one])),
      },
    });
    this.schedule = new ScanSchedule(this, 'Schedule', { stateMachine: this.machine.stateMachine, ...schedule });
  }

  private scanFunction(name: string, { does, seconds, keys, ...props }: ScanFunctionProps): NodeFunction {
    const node = new NodeFunction(this, pascalCase(name), {
      name,
      entry: `functions/handlers/scan/${name}.ts`,
      description: does,
      timeout: Duration.seconds(seconds),
      environment: { FINDINGS_BUCKET: this.store.bucket.bucketName },
      ...props,
    });
    grantKeys(this.store.bucket, node.role, keys);
    return node;
  }
}

/** Finds the accounts. The resources of these reads are the whole organization, or have ids that only the organization knows. */
function allowOrganization({ role }: NodeFunction): void {
  const actions = ['ListAccounts', 'ListAccountsForParent', 'ListOrganizationalUnitsForParent'];
  role.addToPolicy(
    new PolicyStatement({ sid: 'FindAccounts', actions: actions.map((action) => `organizations:${action}`), resources: ['*'] }),
  );
}

/** Enters an account: the role of that name in any account, which decides for itself whom it trusts. */
function allowScanRole({ role }: NodeFunction, roleName: string): void {
  const scanRole = `arn:${Aws.PARTITION}:iam::*:role/${roleName}`;
  role.addToPolicy(new PolicyStatement({ sid: 'EnterAccounts', actions: ['sts:AssumeRole'], resources: [scanRole] }));
  acknowledgeWildcards(
    role,
    [scanRole],
    'Accounts come and go without a deployment of this stack; what may be done in one is up to the role in it.',
  );
}

const pascalCase = (name: string): string => name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
