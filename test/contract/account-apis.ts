import { describe, expect, it } from 'vitest';
import type { CloudWatchPort, ServiceQuotasPort } from '../../functions/inventory/ports.ts';
import * as world from './fixture.ts';
import { type MakePort, using } from './port-under-test.ts';

const EndTime = '2026-11-21T06:00:00.000Z';
const standardVcpus = {
  Namespace: 'AWS/Usage',
  MetricName: 'ResourceCount',
  Dimensions: [
    { Name: 'Service', Value: 'EC2' },
    { Name: 'Type', Value: 'Resource' },
    { Name: 'Resource', Value: 'vCPU' },
    { Name: 'Class', Value: 'Standard/OnDemand' },
  ],
  StartTime: '2026-11-21T05:00:00.000Z',
  EndTime,
  Period: 300,
  Statistics: ['Maximum'],
} as const;

/** What every CloudWatchPort does, over the world of fixture.ts. */
export function describeCloudWatchPort(name: string, makePort: MakePort<CloudWatchPort>): void {
  describe(`CloudWatchPort of ${name}`, () => {
    it('gives the data points of a metric, with times as ISO strings', () =>
      using(makePort, {}, async ({ port, requests, bytes }) => {
        const answer = await port.getMetricStatistics(standardVcpus);
        expect(answer).toMatchObject({ Datapoints: [{ Timestamp: EndTime, Maximum: world.usage.onDemandVcpus }] });
        expect(requests()).toBe(1);
        expect(bytes()).toBeGreaterThan(20);
      }));

    it('says AccessDenied where the caller may not', () =>
      using(makePort, { fault: 'denied' }, async ({ port }) => {
        await expect(port.getMetricStatistics(standardVcpus)).rejects.toMatchObject({ code: 'AccessDenied' });
      }));
  });
}

/** What every ServiceQuotasPort does, over the world of fixture.ts. */
export function describeServiceQuotasPort(name: string, makePort: MakePort<ServiceQuotasPort>): void {
  describe(`ServiceQuotasPort of ${name}`, () => {
    const vcpus = { ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' };

    it('gives the applied value of a quota, and the default of AWS', () =>
      using(makePort, {}, async ({ port, requests, bytes }) => {
        expect(await port.getServiceQuota(vcpus)).toMatchObject({ Quota: world.quota });
        expect(await port.getAwsDefaultServiceQuota(vcpus)).toMatchObject({ Quota: { ...vcpus, Value: 1920 } });
        expect(requests()).toBe(2);
        expect(bytes()).toBeGreaterThan(50);
      }));

    it('says NotFound where nobody applied one, and AWS has no such quota', () =>
      using(makePort, {}, async ({ port }) => {
        await expect(port.getServiceQuota({ ServiceCode: 'ebs', QuotaCode: 'L-7A658B76' })).rejects.toMatchObject({ code: 'NotFound' });
        await expect(port.getAwsDefaultServiceQuota({ ServiceCode: 'ebs', QuotaCode: 'L-0' })).rejects.toMatchObject({ code: 'NotFound' });
      }));

    it('says AccessDenied where the caller may not', () =>
      using(makePort, { fault: 'denied' }, async ({ port }) => {
        await expect(port.getServiceQuota(vcpus)).rejects.toMatchObject({ code: 'AccessDenied' });
        await expect(port.getAwsDefaultServiceQuota(vcpus)).rejects.toMatchObject({ code: 'AccessDenied' });
      }));
  });
}
