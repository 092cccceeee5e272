"""Service Quotas, and how much of them is used (metrics of AWS/Usage): ministack has neither."""

import time
from . import tables
from .faults import AwsError

_STANDARD = "L-1216C47A"
_USAGE = {
    "MetricNamespace": "AWS/Usage",
    "MetricName": "ResourceCount",
    "MetricDimensions": {"Service": "EC2", "Type": "Resource", "Resource": "vCPU", "Class": "Standard/OnDemand"},
    "MetricStatisticRecommendation": "Maximum",
}
# (service, quota): (name, applied value, default of AWS); without an applied value nobody has ever changed the quota
_QUOTAS = {
    ("ec2", _STANDARD): ("Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 1152.0, 5.0),
    ("ebs", "L-D18FCD1D"): ("Storage for General Purpose SSD (gp2) volumes, in TiB", None, 50.0),
    ("ebs", "L-7A658B76"): ("Storage for General Purpose SSD (gp3) volumes, in TiB", None, 50.0),
}


class Quotas:
    """Part of the proxy. `quotas` maps the code of a quota to its applied value, in every account and region."""

    def op_GetServiceQuota(self, scope, p):
        _, applied, _ = self.known_quota(p)
        value = self.quotas.get(p["QuotaCode"], applied)
        if value is None:
            raise AwsError(400, "NoSuchResourceException", "The quota has no applied value.")
        return {"Quota": {**self.quota(scope, p, value), "QuotaAppliedAtLevel": "ACCOUNT"}}

    def op_GetAWSDefaultServiceQuota(self, scope, p):
        return {"Quota": self.quota(scope, p, self.known_quota(p)[2])}

    @staticmethod
    def known_quota(p):
        known = _QUOTAS.get((p["ServiceCode"], p["QuotaCode"]))
        if not known:
            raise AwsError(400, "NoSuchResourceException", "The request failed because the specified service or quota does not exist.")
        return known

    def quota(self, scope, p, value):
        account, region = scope.split(":")
        service, code = p["ServiceCode"], p["QuotaCode"]
        names = {"ec2": "Amazon Elastic Compute Cloud (Amazon EC2)", "ebs": "Amazon Elastic Block Store (Amazon EBS)"}
        return {
            "ServiceCode": service,
            "ServiceName": names[service],
            "QuotaArn": f"arn:aws:servicequotas:{region}:{account}:{service}/{code}",
            "QuotaCode": code,
            "QuotaName": _QUOTAS[service, code][0],
            "Value": float(value),
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
            **({"UsageMetric": _USAGE} if code == _STANDARD else {}),
        }

    def op_GetMetricStatistics(self, scope, p):
        """The vCPUs of the instances that run now, as one data point; other metrics are ministack's."""
        if p.get("Namespace") != _USAGE["MetricNamespace"]:
            return None
        wanted = {d["Name"]: d["Value"] for d in p.get("Dimensions", [])}
        points = []
        if p.get("MetricName") == _USAGE["MetricName"] and wanted == _USAGE["MetricDimensions"]:
            used = [i["type"] for (s, _), group in list(self.instances.items()) if s == scope for i in list(group.values())]
            vcpus = float(sum(tables.TYPES.get(t, (2,))[0] for t in used))
            points = [{"Timestamp": time.time() - 300, "Unit": "None", **{statistic: vcpus for statistic in p.get("Statistics", [])}}]
        return {"Label": p.get("MetricName"), "Datapoints": points}
