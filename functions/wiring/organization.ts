import { organizationsPort } from '../adapters/aws/organizations-port.ts';
import type { OrganizationPort } from '../fleet/ports.ts';

/** The organization of the tooling account. */
export const openOrganization = (region: string): OrganizationPort => organizationsPort(region);
