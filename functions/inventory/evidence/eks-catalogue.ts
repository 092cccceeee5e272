import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { parseAnswer } from '../parse.ts';

const clusterVersion = z.object({
  clusterVersion: z.string(),
  clusterType: z.string().nullish(),
  defaultVersion: z.boolean().nullish(),
  releaseDate: z.string().nullish(),
  endOfStandardSupportDate: z.string().nullish(),
  endOfExtendedSupportDate: z.string().nullish(),
  status: z.string().nullish(),
  versionStatus: z.string().nullish(),
  kubernetesPatchVersion: z.string().nullish(),
});

export type ClusterVersion = z.output<typeof clusterVersion>;

export const clusterVersions = defineEvidence({
  key: 'eks.clusterVersions',
  summary: 'Kubernetes versions that EKS knows in the region, with their support dates (DescribeClusterVersions)',
  schema: z.array(clusterVersion),
  aws: { actions: ['eks:DescribeClusterVersions'] },
  collect: async ({ sources }) =>
    parseAnswer(z.array(clusterVersion), await sources.catalogue.clusterVersions(), 'eks:DescribeClusterVersions'),
});

const addonInfo = z.object({
  addonName: z.string(),
  type: z.string().nullish(),
  publisher: z.string().nullish(),
  owner: z.string().nullish(),
  addonVersions: z
    .array(
      z.object({
        addonVersion: z.string(),
        architecture: z.array(z.string()).nullish(),
        computeTypes: z.array(z.string()).nullish(),
        compatibilities: z.array(z.object({ clusterVersion: z.string().nullish(), defaultVersion: z.boolean().nullish() })).nullish(),
      }),
    )
    .nullish(),
});

export type AddonInfo = z.output<typeof addonInfo>;

export const addonVersions = defineEvidence({
  key: 'eks.addonVersions',
  summary: 'Add-on versions that EKS offers in the region, and for which Kubernetes versions (DescribeAddonVersions)',
  schema: z.array(addonInfo),
  aws: { actions: ['eks:DescribeAddonVersions'] },
  collect: async ({ sources }) => parseAnswer(z.array(addonInfo), await sources.catalogue.addonVersions(), 'eks:DescribeAddonVersions'),
});
