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
# (service, quota): name; the value is 1,152 vCPUs unless `quotas` has another one
_QUOTAS = {("ec2", _STANDARD): "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"}
_VALUE = 1152.0


class Quotas:
    """Part of the proxy. `quotas` maps the code of a quota to its value, in every account and region."""

    def op_GetServiceQuota(self, scope, p):
        account, region = scope.split(":")
        service, code = p["ServiceCode"], p["QuotaCode"]
        name = _QUOTAS.get((service, code))
        if not name:
            raise AwsError(400, "NoSuchResourceException", "The request failed because the specified service or quota does not exist.")
        return {
            "Quota": {
                "ServiceCode": service,
                "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
                "QuotaArn": f"arn:aws:servicequotas:{region}:{account}:{service}/{code}",
                "QuotaCode": code,
                "QuotaName": name,
                "Value": float(self.quotas.get(code, _VALUE)),
                "Unit": "None",
                "Adjustable": True,
                "GlobalQuota": False,
                "UsageMetric": _USAGE,
                "QuotaAppliedAtLevel": "ACCOUNT",
            }
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
