import type { AddonInfo, ClusterVersion } from '../../functions/inventory/evidence/eks-catalogue.ts';
import { bundledSupportDates } from '../../functions/versions/bundled-calendar.ts';
import { daysUntil } from '../../functions/versions/days.ts';
import type { Catalogue } from '../world.ts';
import { demoNow } from './clock.ts';

/** Minors that EKS supports on the day of the demo: what DescribeClusterVersions answers, newest first. */
const clusterVersions: readonly ClusterVersion[] = bundledSupportDates
  .filter((dates) => daysUntil(demoNow, dates.endOfExtendedSupport) > 0)
  .map((dates) => {
    const isStandard = daysUntil(demoNow, dates.endOfStandardSupport) > 0;
    return {
      clusterVersion: dates.version,
      clusterType: 'eks',
      defaultVersion: dates.version === '1.35',
      releaseDate: `${dates.releaseDate}T00:00:00.000Z`,
      endOfStandardSupportDate: `${dates.endOfStandardSupport}T00:00:00.000Z`,
      endOfExtendedSupportDate: `${dates.endOfExtendedSupport}T00:00:00.000Z`,
      status: isStandard ? 'standard-support' : 'extended-support',
      versionStatus: isStandard ? 'STANDARD_SUPPORT' : 'EXTENDED_SUPPORT',
    };
  });

interface OfferedVersion {
  readonly version: string;
  /** First and last minor of Kubernetes 1. */
  readonly minors: readonly [number, number];
  /** Minors whose default it is. */
  readonly defaultFor?: readonly number[];
}

const everyMinor = [31, 32, 33, 34, 35, 36];

/** Versions of each add-on, newest first, as DescribeAddonVersions lists them. Made up in the manner of EKS for the day of the demo. */
const offered: Readonly<Record<string, { readonly type: string; readonly versions: readonly OfferedVersion[] }>> = {
  'vpc-cni': {
    type: 'networking',
    versions: [
      { version: 'v1.22.1-eksbuild.1', minors: [31, 36] },
      { version: 'v1.21.2-eksbuild.2', minors: [31, 36], defaultFor: [33, 34, 35, 36] },
      { version: 'v1.20.5-eksbuild.1', minors: [31, 35], defaultFor: [31, 32] },
      { version: 'v1.19.6-eksbuild.7', minors: [31, 33] },
    ],
  },
  coredns: {
    type: 'networking',
    versions: [
      { version: 'v1.14.1-eksbuild.2', minors: [36, 36], defaultFor: [36] },
      { version: 'v1.13.2-eksbuild.3', minors: [34, 36], defaultFor: [35] },
      { version: 'v1.12.4-eksbuild.5', minors: [33, 35], defaultFor: [34] },
      { version: 'v1.12.1-eksbuild.2', minors: [33, 34], defaultFor: [33] },
      { version: 'v1.11.4-eksbuild.28', minors: [31, 33], defaultFor: [31, 32] },
      { version: 'v1.11.3-eksbuild.1', minors: [31, 32] },
    ],
  },
  'kube-proxy': {
    type: 'networking',
    versions: [
      { version: 'v1.36.1-eksbuild.2', minors: [36, 36], defaultFor: [36] },
      { version: 'v1.35.3-eksbuild.2', minors: [35, 36], defaultFor: [35] },
      { version: 'v1.35.0-eksbuild.2', minors: [35, 36] },
      { version: 'v1.34.5-eksbuild.4', minors: [34, 36], defaultFor: [34] },
      { version: 'v1.33.8-eksbuild.4', minors: [33, 36], defaultFor: [33] },
      { version: 'v1.33.0-eksbuild.2', minors: [33, 36] },
      { version: 'v1.32.11-eksbuild.4', minors: [32, 35], defaultFor: [32] },
      { version: 'v1.31.14-eksbuild.2', minors: [31, 34], defaultFor: [31] },
    ],
  },
  'aws-ebs-csi-driver': {
    type: 'storage',
    versions: [
      { version: 'v1.57.0-eksbuild.1', minors: [31, 36], defaultFor: everyMinor },
      { version: 'v1.53.0-eksbuild.1', minors: [31, 36] },
      { version: 'v1.44.0-eksbuild.1', minors: [31, 34] },
      { version: 'v1.38.1-eksbuild.2', minors: [31, 32] },
    ],
  },
  'eks-pod-identity-agent': {
    type: 'security',
    versions: [
      { version: 'v1.3.10-eksbuild.2', minors: [31, 36], defaultFor: everyMinor },
      { version: 'v1.3.8-eksbuild.2', minors: [31, 35] },
    ],
  },
  'metrics-server': {
    type: 'observability',
    versions: [
      { version: 'v0.8.1-eksbuild.1', minors: [31, 36], defaultFor: everyMinor },
      { version: 'v0.8.0-eksbuild.6', minors: [31, 36] },
      { version: 'v0.7.2-eksbuild.4', minors: [31, 34] },
    ],
  },
  'aws-efs-csi-driver': {
    type: 'storage',
    versions: [
      { version: 'v2.2.0-eksbuild.1', minors: [31, 36], defaultFor: everyMinor },
      { version: 'v2.1.15-eksbuild.1', minors: [31, 36] },
    ],
  },
  'amazon-cloudwatch-observability': {
    type: 'observability',
    versions: [{ version: 'v4.8.0-eksbuild.1', minors: [31, 36], defaultFor: everyMinor }],
  },
  'snapshot-controller': { type: 'storage', versions: [{ version: 'v8.4.0-eksbuild.1', minors: [31, 36], defaultFor: everyMinor }] },
};

function addonInfo(addonName: string, { type, versions }: (typeof offered)[string]): AddonInfo {
  return {
    addonName,
    type,
    publisher: 'eks',
    owner: 'aws',
    addonVersions: versions.map(({ version, minors: [first, last], defaultFor = [] }) => ({
      addonVersion: version,
      architecture: ['amd64', 'arm64'],
      computeTypes: ['ec2', 'hybrid'],
      compatibilities: everyMinor
        .filter((minor) => minor >= first && minor <= last)
        .map((minor) => ({ clusterVersion: `1.${minor}`, platformVersions: ['*'], defaultVersion: defaultFor.includes(minor) })),
    })),
  };
}

/** What EKS offers in every region of the demo. */
export const demoCatalogue: Catalogue = {
  clusterVersions,
  addons: Object.entries(offered).map(([name, addon]) => addonInfo(name, addon)),
};
