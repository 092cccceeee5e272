"""Tables the proxy answers from: version calendar, add-on versions, cluster insights, instance types."""

import datetime as dt

# version: (EKS release, end of standard support, end of extended support), from the Kubernetes versions pages of the
# Amazon EKS user guide. Patch, platform and add-on versions below are invented.
CALENDAR = {
    "1.30": ("2024-05-23", "2025-07-23", "2026-07-23"),
    "1.31": ("2024-09-26", "2025-11-26", "2026-11-26"),
    "1.32": ("2025-01-23", "2026-03-23", "2027-03-23"),
    "1.33": ("2025-05-29", "2026-07-29", "2027-07-29"),
    "1.34": ("2025-10-02", "2026-12-02", "2027-12-02"),
    "1.35": ("2026-01-27", "2027-03-27", "2028-03-27"),
    "1.36": ("2026-06-02", "2027-08-02", "2028-08-02"),
}
DEFAULT_VERSION = "1.35"


def cluster_versions(today, ends):
    """`ends` is version → (end of standard support, end of extended support), where it is not the calendar's."""
    epoch = lambda s: dt.datetime.fromisoformat(s).replace(tzinfo=dt.timezone.utc).timestamp()
    out = []
    for v, (rel, *calendar) in reversed(CALENDAR.items()):
        std, ext = ends.get(v, calendar)
        status = "STANDARD_SUPPORT" if today.isoformat() < std else "EXTENDED_SUPPORT" if today.isoformat() < ext else "UNSUPPORTED"
        out.append(
            {
                "clusterVersion": v,
                "clusterType": "eks",
                "defaultPlatformVersion": "eks.9",
                "defaultVersion": v == DEFAULT_VERSION,
                "releaseDate": epoch(rel),
                "endOfStandardSupportDate": epoch(std),
                "endOfExtendedSupportDate": epoch(ext),
                "status": status.lower().replace("_", "-"),
                "versionStatus": status,
                "kubernetesPatchVersion": v + ".4",
            }
        )
    return out


def _addon(name, kind, versions):  # versions: [(addonVersion, [cluster versions], default for these)]
    return {
        "addonName": name,
        "type": kind,
        "publisher": "eks",
        "owner": "aws",
        "addonVersions": [
            {
                "addonVersion": av,
                "architecture": ["amd64", "arm64"],
                "computeTypes": ["ec2", "auto"],
                "requiresConfiguration": False,
                "requiresIamPermissions": name in ("vpc-cni", "aws-ebs-csi-driver"),
                "compatibilities": [{"clusterVersion": c, "platformVersions": ["*"], "defaultVersion": c in dflt} for c in cvs],
            }
            for av, cvs, dflt in versions
        ],
    }


_ALL = list(CALENDAR)
ADDONS = [
    _addon("vpc-cni", "networking", [("v1.20.4-eksbuild.1", _ALL[1:], _ALL[2:]), ("v1.19.6-eksbuild.1", _ALL[:4], _ALL[:2])]),
    _addon(
        "coredns",
        "networking",
        [("v1.12.4-eksbuild.1", _ALL[3:], _ALL[3:]), ("v1.12.3-eksbuild.1", _ALL[3:], []), ("v1.11.4-eksbuild.14", _ALL[:4], _ALL[:3])],
    ),
    # EKS offers a kube-proxy for newer clusters too, as far as the version skew policy allows (three minors)
    _addon("kube-proxy", "networking", [(f"v{v}.3-eksbuild.2", _ALL[i : i + 4], [v]) for i, v in reversed(list(enumerate(_ALL)))]),
    _addon("aws-ebs-csi-driver", "storage", [("v1.50.1-eksbuild.1", _ALL[2:], _ALL[2:]), ("v1.38.1-eksbuild.2", _ALL[:3], _ALL[:2])]),
    _addon("eks-pod-identity-agent", "security", [("v1.3.9-eksbuild.3", _ALL, _ALL)]),
]


def insights(version, now, bad=()):
    """Upgrade-readiness insights for a cluster; `bad` names of checks become ERROR (else PASSING)."""
    nxt = f"1.{int(version.split('.')[1]) + 1}"

    def one(i, name, why, summary=None, resources=()):
        status = "ERROR" if name in bad else "PASSING"
        return {
            "id": f"00000000-0000-4000-8000-{i:012d}",
            "name": name,
            "category": "UPGRADE_READINESS",
            "kubernetesVersion": nxt,
            "lastRefreshTime": now,
            "lastTransitionTime": now - 86400,
            "description": why,
            "insightStatus": {"status": status, "reason": why if status == "ERROR" else "No issue found."},
            "recommendation": why,
            "additionalInfo": {"Documentation": "https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html"},
            "resources": [{"insightStatus": {"status": status}, "kubernetesResourceUri": r} for r in resources]
            if status == "ERROR"
            else [],
            "categorySpecificSummary": {"deprecationDetails": summary or [], "addonCompatibilityDetails": []},
        }

    dep = [
        {
            "usage": "/apis/flowcontrol.apiserver.k8s.io/v1beta3/flowschemas",
            "replacedWith": "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas",
            "stopServingVersion": "1.32",
            "startServingReplacementVersion": "1.29",
            "clientStats": [{"userAgent": "kubectl", "numberOfRequestsLast30Days": 12, "lastRequestTime": now - 3600}],
        }
    ]
    return [
        one(
            1,
            "Deprecated APIs removed in Kubernetes v1.32",
            "Update manifests and clients to the replacement API.",
            dep,
            ["/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/legacy"],
        ),
        one(2, "Kubelet version skew", "Update worker nodes: kubelets must be at most three minor versions behind."),
        one(3, "kube-proxy version skew", "Update the kube-proxy add-on."),
        one(4, "EKS add-on version compatibility", "Update the add-ons to a compatible version."),
        one(5, "Cluster health issues", "Resolve cluster health issues."),
    ]


# instance type: (vCPU, GiB, pods, arch)
TYPES = {
    "m6i.large": (2, 8, 29, "amd64"),
    "m6i.xlarge": (4, 16, 58, "amd64"),
    "m5.large": (2, 8, 29, "amd64"),
    "t3.medium": (2, 4, 17, "amd64"),
    "c6i.large": (2, 4, 29, "amd64"),
    "m7g.large": (2, 8, 29, "arm64"),
    "m7g.xlarge": (4, 16, 58, "arm64"),
}


def ami_release(version):
    """The newest release of Amazon Linux for a Kubernetes version, as node groups and public parameters have it."""
    return f"{version}.4-20261101"


def operating_system(ami_type):
    """(osImage, kernelVersion, containerRuntimeVersion) as kubelets on that AMI family report them."""
    if ami_type.startswith("AL2_"):
        return "Amazon Linux 2", "5.10.245-245.983.amzn2.x86_64", "containerd://1.7.29"
    return "Amazon Linux 2023.9.20261102", "6.12.55-74.119.amzn2023.x86_64", "containerd://2.1.4"
