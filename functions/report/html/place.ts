interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

/** What stands behind the # of the address for one cluster of a fleet page: `#/111111111111/eu-west-1/payments`. Messages link to it. */
export function clusterFragment({ accountId, region, name }: Place): string {
  return `#/${[accountId, region, name].map(encoded).join('/')}`;
}

/** Where the page of one cluster lies, seen from the fleet page: keys are files, and files are escaped once more in an address. */
export function clusterPageLink({ accountId, region, name }: Place): string {
  const file = [accountId, region, name].map((part) => encoded(part).replaceAll('.', '%2E'));
  return `clusters/${file.map(encodeURIComponent).join('/')}.html`;
}

/** The fleet page, seen from the page of a cluster. */
export const fleetPageLink = '../../../report.html';

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());
