import { createHelmRelease } from '../build/helm-release.ts';

/** The chart of the monolith, last changed before Ingress was v1. Its last upgrade was that of 2021, and Helm would send it as it stands. */
const manifest = `---
# Source: shop-monolith/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: shop-monolith
---
# Source: shop-monolith/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop-monolith
---
# Source: shop-monolith/templates/ingress.yaml
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata:
  name: shop-monolith
`;

/** What Helm has of it in the cluster. */
export const legacyHelmReleases = {
  '/api/v1/secrets': [
    createHelmRelease({
      namespace: 'default',
      name: 'shop-monolith',
      revision: 31,
      chart: { name: 'shop-monolith', version: '1.3.0', appVersion: '2021.44' },
      manifest,
    }),
  ],
};
