import * as z from 'zod';

/** What CloudFormation sends to the function of a custom resource.
 *  @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html */
export const customResourceRequestSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.record(z.string(), z.unknown()),
});
export type CustomResourceRequest = z.output<typeof customResourceRequestSchema>;

/** Characters of a reason that CloudFormation shows; an answer may have 4 KB in all. */
const longestReason = 1000;

/** Puts the answer where CloudFormation waits for it. The physical id never changes: a new one would make CloudFormation delete the old.
 *  @throws Error when the answer is not taken */
export async function answer(request: CustomResourceRequest, status: 'SUCCESS' | 'FAILED', reason: string): Promise<void> {
  const { ResponseURL, StackId, RequestId, LogicalResourceId, PhysicalResourceId = 'eks-greenlight-configuration' } = request;
  const body = { Status: status, Reason: reason.slice(0, longestReason), PhysicalResourceId, StackId, RequestId, LogicalResourceId };
  // The address is pre-signed for a request without a content type.
  const response = await fetch(ResponseURL, { method: 'PUT', body: JSON.stringify(body), headers: { 'content-type': '' } });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: ${response.status} ${response.statusText}`);
}
