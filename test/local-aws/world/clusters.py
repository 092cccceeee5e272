"""EKS clusters, Fargate profiles and add-ons: ministack's records with the world's endpoints, health and pages."""

import time, uuid
from .faults import AwsError


LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]


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
            # EKS names every type of log, those that are off too.
            if not (b["cluster"].get("logging") or {}).get("clusterLogging"):
                b["cluster"]["logging"] = {"clusterLogging": [{"types": LOG_TYPES, "enabled": False}]}
            b["cluster"]["accessConfig"] = {"authenticationMode": "API", **(b["cluster"].get("accessConfig") or {})}
            extra = o.get("extra", {})
            network = {**b["cluster"].get("resourcesVpcConfig", {}), **extra.get("resourcesVpcConfig", {})}
            b["cluster"].update({**extra, "resourcesVpcConfig": network})
        return b

    def op_UpdateClusterConfig(self, a, p, st, b):
        """Logging and the access to the endpoint, at once; other changes are refused."""
        unknown = set(p) - {"name", "clientRequestToken", "logging", "resourcesVpcConfig"}
        if unknown:
            raise AwsError(400, "InvalidParameterException", f"the world changes no {', '.join(sorted(unknown))}")
        extra = dict(self.clusters[a, p["name"]].get("extra", {}))
        if "logging" in p:
            extra["logging"] = p["logging"]
        extra["resourcesVpcConfig"] = {**extra.get("resourcesVpcConfig", {}), **p.get("resourcesVpcConfig", {})}
        self.clusters[a, p["name"]]["extra"] = extra
        kind = "LoggingUpdate" if "logging" in p else "EndpointAccessUpdate"
        return {"update": {"id": str(uuid.uuid4()), "status": "Successful", "type": kind, "params": [], "errors": [], "createdAt": time.time()}}

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
