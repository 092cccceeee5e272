"""What EKS publishes rather than stores: Kubernetes versions, add-on versions, insights."""

import time
from . import tables
from .faults import AwsError


class Catalog:
    """Part of the proxy. The calendar's today can be set (`{"set": {"today": "2026-11-21"}}`)."""

    def op_DescribeClusterVersions(self, a, p, st, b):
        vs = tables.cluster_versions(self.today(), self.support_end)
        want = p.get("clusterVersions")
        want = [want] if isinstance(want, str) else want
        if want:
            vs = [v for v in vs if v["clusterVersion"] in want]
        elif p.get("includeAll") != "true":
            vs = [v for v in vs if v["versionStatus"] != "UNSUPPORTED"]
        if p.get("defaultOnly") == "true":
            vs = [v for v in vs if v["defaultVersion"]]
        for f in ("status", "versionStatus"):
            if p.get(f):
                vs = [v for v in vs if v[f] == p[f]]
        return self.page(vs, p, "clusterVersions")

    def op_DescribeAddonVersions(self, a, p, st, b):
        out = []
        for ad in self.addons:
            kv = p.get("kubernetesVersion")
            vs = [
                {**v, "compatibilities": [c for c in v["compatibilities"] if kv in (None, c["clusterVersion"])]}
                for v in ad["addonVersions"]
            ]
            vs = [v for v in vs if v["compatibilities"]]
            if vs and p.get("addonName") in (None, ad["addonName"]):
                out.append({**ad, "addonVersions": vs})
        return self.page(out, p, "addons")

    def _insights(self, a, p):
        if p["name"] in self.cluster_insights:
            usual, *_ = tables.insights(self.clusters[a, p["name"]]["version"], time.time() - 600)
            declared = self.cluster_insights[p["name"]]
            return [{**usual, "id": f"00000000-0000-4000-9000-{n:012d}", **insight} for n, insight in enumerate(declared)]
        return self.insights.get((a, p["name"])) or tables.insights(self.clusters[a, p["name"]]["version"], time.time() - 600)

    def op_ListInsights(self, a, p, st, b):
        f = p.get("filter", {})
        out = self._insights(a, p)
        for k, get in (
            ("categories", lambda i: i["category"]),
            ("kubernetesVersions", lambda i: i["kubernetesVersion"]),
            ("statuses", lambda i: i["insightStatus"]["status"]),
        ):
            if f.get(k):
                out = [i for i in out if get(i) in f[k]]
        keep = ("id", "name", "category", "kubernetesVersion", "lastRefreshTime", "lastTransitionTime", "description", "insightStatus")
        return self.page([{k: i[k] for k in keep} for i in out], p, "insights")

    def op_DescribeInsight(self, a, p, st, b):
        for i in self._insights(a, p):
            if i["id"] == p["id"]:
                return {"insight": i}
        raise AwsError(404, "ResourceNotFoundException", f"No insight found for id: {p['id']}")
