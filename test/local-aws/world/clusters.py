"""EKS clusters, Fargate profiles and add-ons: ministack's records with the world's endpoints, health and pages."""

from .faults import AwsError


class Clusters:
    """Part of the proxy. `clusters` is keyed (scope, name); op_X(scope, parameters, ministack's status, its body) returns the body or raises AwsError."""

    def op_DescribeCluster(self, a, p, st, b):
        o = self.clusters.get((a, p["name"]))
        if st == 200 and o:
            b["cluster"].update(
                endpoint=o["endpoint"],
                certificateAuthority={"data": o["ca"]},
                version=o["version"],
                health={"issues": []},
                upgradePolicy={"supportType": o.get("supportType", "EXTENDED")},
                deletionProtection=False,
            )
            b["cluster"]["accessConfig"] = {"authenticationMode": "API", **(b["cluster"].get("accessConfig") or {})}
            b["cluster"].update(o.get("extra", {}))
        return b

    def known(self, a, cluster):
        """Refuse an operation on a cluster which does not exist in this account and region."""
        if (a, cluster) in self.clusters:
            return
        try:
            c = self.client(a, "eks").describe_cluster(name=cluster)["cluster"]
        except self.client(a, "eks").exceptions.ClientError:
            raise AwsError(404, "ResourceNotFoundException", f"No cluster found for name: {cluster}.")
        # created behind the world's back (CloudFormation): no control plane
        self.clusters[a, cluster] = {
            "endpoint": c["endpoint"],
            "ca": c["certificateAuthority"]["data"],
            "version": c["version"],
            "plane": None,
        }

    def op_ListClusters(self, a, p, st, b):
        return b if st != 200 else self.page(sorted(self.client(a, "eks").list_clusters(maxResults=100)["clusters"]), p, "clusters")

    def op_ListAddons(self, a, p, st, b):
        if st != 200:
            return b
        names = self.client(a, "eks").list_addons(clusterName=p["name"], maxResults=100)["addons"]
        return self.page(sorted(names), p, "addons")

    def op_ListFargateProfiles(self, a, p, st, b):
        return self.page([f["fargateProfileName"] for f in self.fargate.get((a, p["name"]), [])], p, "fargateProfileNames")

    def op_DescribeFargateProfile(self, a, p, st, b):
        for profile in self.fargate.get((a, p["name"]), []):
            if profile["fargateProfileName"] == p["fargateProfileName"]:
                return {"fargateProfile": profile}
        raise AwsError(404, "ResourceNotFoundException", f"No Fargate Profile found with name: {p['fargateProfileName']}.")
