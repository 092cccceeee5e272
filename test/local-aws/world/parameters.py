"""Systems Manager: the public parameters of the AMIs for EKS, which ministack does not have."""

import json, re
from . import tables

_LINUX = re.compile(r"^/aws/service/eks/optimized-ami/(1\.\d+)/[\w/.-]+/recommended/release_version$")
_BOTTLEROCKET = re.compile(r"^/aws/service/bottlerocket/aws-k8s-(1\.\d+)[\w-]*/(?:x86_64|arm64)/latest/image_version$")
_WINDOWS = re.compile(r"^/aws/service/ami-windows-latest/Windows_Server-20\d\d-English-(?:Core|Full)-EKS_Optimized-(1\.\d+)$")


class Parameters:
    """Part of the proxy. `ami_releases` maps the name of a parameter to its value; null means that it does not exist. What it does not name
    is the release that node groups start with."""

    def op_GetParameters(self, scope, p, st, body):
        """ministack's answer (after it asked IAM), and what it calls invalid looked up here."""
        found = {name: self.public_parameter(name) for name in body.get("InvalidParameters", [])}
        region = scope.split(":")[1]
        made = [
            {"Name": n, "Type": "String", "Value": v, "Version": 1, "ARN": f"arn:aws:ssm:{region}::parameter{n}", "DataType": "text"}
            for n, v in found.items()
            if v is not None
        ]
        return {"Parameters": body.get("Parameters", []) + made, "InvalidParameters": [n for n, v in found.items() if v is None]}

    def public_parameter(self, name):
        if name in self.ami_releases:
            return self.ami_releases[name]
        for pattern, value in (
            (_LINUX, lambda v: tables.ami_release(v)),
            (_BOTTLEROCKET, lambda v: "1.55.0-d93bb1b1"),
            (_WINDOWS, lambda v: json.dumps({"image_id": "ami-0a1b2c3d", "release_version": f"{v}-2026.11.10"})),
        ):
            m = pattern.match(name)
            if m:
                return value(m[1]) if m[1] in tables.CALENDAR else None
        return None
