"""The organization and the regions of its accounts: ministack makes every account an organization of its own, with every region enabled."""

from .faults import AwsError

# What a service answers where the region is not enabled for the account: the token means nothing there.
# @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
_UNKNOWN_TOKEN = {
    "ec2": (401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
    "autoscaling": (403, "InvalidClientTokenId", "The security token included in the request is invalid."),
    "eks": (403, "UnrecognizedClientException", "The security token included in the request is invalid."),
}


class Organization:
    """Part of the proxy. `regions` is account → enabled regions (an account that is not in it has all); `organization` is
    { "accounts": [{ id, name, state?, unit? }], "units": [{ id, name, parent? }] } of the hub, whose root is `r-root`."""

    def enabled(self, service, account, region):
        """Refuses a call to a region that is not enabled for the account."""
        if service in _UNKNOWN_TOKEN and account in self.regions and region not in self.regions[account]:
            raise AwsError(*_UNKNOWN_TOKEN[service])

    def account(self, op, account, params, body):
        if op != "ListRegions" or account not in self.regions:
            return body
        wanted = params.get("RegionOptStatusContains") or []
        state = lambda r: r["RegionOptStatus"] if r["RegionName"] in self.regions[account] else "DISABLED"
        everywhere = self.client(account, "account").list_regions()["Regions"]
        return {
            "Regions": [
                {"RegionName": r["RegionName"], "RegionOptStatus": state(r)} for r in everywhere if not wanted or state(r) in wanted
            ]
        }

    def organizations(self, op, account, params, body):
        if not self.organization or op not in ("ListAccounts", "ListAccountsForParent", "ListOrganizationalUnitsForParent"):
            return body
        parent = params.get("ParentId")
        under = lambda o, field: op == "ListAccounts" or o.get(field, "r-root") == parent
        if op == "ListOrganizationalUnitsForParent":
            units = [{"Id": u["id"], "Name": u["name"]} for u in self.organization["units"] if under(u, "parent")]
            return self.page(units, params, "OrganizationalUnits", "NextToken", "MaxResults")
        accounts = [
            {"Id": a["id"], "Name": a["name"], "State": a.get("state", "ACTIVE"), "Status": a.get("state", "ACTIVE")}
            for a in self.organization["accounts"]
            if under(a, "unit")
        ]
        return self.page(accounts, params, "Accounts", "NextToken", "MaxResults")
