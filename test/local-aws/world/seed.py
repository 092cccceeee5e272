"""Fills the world from a spec: IAM users and roles, clusters with their subnets, node groups, add-ons and access entries."""

import base64, json, socket, time
from . import tables
from .control_plane import API_HOST
from .token_webhook import POLICY

UNREACHABLE = ("refused", "blackhole")  # nothing listens; accepts and never answers


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Seed:
    """Calls go straight to ministack as the account's root and are not audited."""

    def __init__(self, proxy, planes, ca_file, region):
        self.proxy, self.planes, self.ca_file, self.region = proxy, planes, ca_file, region
        self.sockets, self.vpcs, self.subnet_count = [], {}, {}

    def fill(self, spec):
        for account in sorted({c["account"] for c in spec["clusters"]}):
            for name, service in (("eks-cluster", "eks"), ("eks-node", "ec2")):
                trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
                self.proxy.client(account, "iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))
        for role in spec.get("roles", []):
            self.role(**role)
        for cluster in spec["clusters"]:
            self.cluster(**cluster)

    def user(self, account, name, actions):
        """An IAM user with one access key: (key id, secret)."""
        iam = self.proxy.client(account, "iam")
        iam.create_user(UserName=name)
        allow = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=document(allow))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        self.proxy.principals[key["AccessKeyId"]] = (account, f"arn:aws:iam::{account}:user/{name}")
        return key["AccessKeyId"], key["SecretAccessKey"]

    def role(self, account, name, trust, actions, externalId=None):
        """`trust` is the ARN of the principal that may assume it."""
        statement = {"Effect": "Allow", "Principal": {"AWS": trust}, "Action": "sts:AssumeRole"}
        if externalId:
            statement["Condition"] = {"StringEquals": {"sts:ExternalId": externalId}}
        iam = self.proxy.client(account, "iam")
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(statement))
        allow = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=document(allow))

    def cluster(
        self,
        account,
        name,
        version,
        plane,
        region=None,
        subnets=(("a", None), ("b", None), ("c", None)),
        nodegroups=(),
        autoScalingGroups=(),
        fargate=(),
        addons=(),
        access=(),
        badInsights=(),
        supportType="EXTENDED",
        extra=None,
    ):
        """`plane` names a control plane or is one of UNREACHABLE; `subnets` are (zone letter, free addresses); `extra` overrides fields of DescribeCluster."""
        scope = f"{account}:{region or self.region}"
        eks, proxy = self.proxy.client(scope, "eks"), self.proxy
        proxy.scopes.add(scope)
        endpoint, ca = (self.planes[plane].url, self.planes[plane].ca_data) if plane in self.planes else self.unreachable(plane)
        subnet_ids = [self.subnet(scope, zone, free) for zone, free in subnets]
        role = f"arn:aws:iam::{account}:role/eks-cluster"
        eks.create_cluster(name=name, version=version, roleArn=role, resourcesVpcConfig={"subnetIds": subnet_ids})
        proxy.clusters[scope, name] = {
            "endpoint": endpoint,
            "ca": ca,
            "version": version,
            "plane": plane if plane in self.planes else None,
            "supportType": supportType,
            "extra": extra or {},
        }
        proxy.insights[scope, name] = tables.insights(version, time.time() - 600, badInsights)
        proxy.fargate[scope, name] = [self.fargate_profile(scope, name, subnet_ids, **profile) for profile in fargate]
        for addon, addon_version in addons:
            eks.create_addon(clusterName=name, addonName=addon, addonVersion=addon_version)
        for entry in access:
            self.access(scope, name, f"arn:aws:iam::{account}:role/{entry['role']}", entry.get("policies", ()), entry.get("groups", ()))
        for group in nodegroups:
            self.nodegroup(scope, name, subnet_ids, **group)
        for group in autoScalingGroups:
            self.auto_scaling_group(scope, name, subnet_ids, **group)

    def unreachable(self, kind):
        """An endpoint with a valid CA that nobody serves: (URL, base64 CA)."""
        s = socket.socket()
        s.bind((API_HOST, 0))  # bound, not listening: refused
        if kind == "blackhole":
            s.listen(64)  # the kernel completes the TCP handshake, nobody ever answers
        self.sockets.append(s)
        return f"https://{API_HOST}:{s.getsockname()[1]}", base64.b64encode(self.ca_file.read_bytes()).decode()

    def subnet(self, scope, zone, free=None):
        """A /24 in the one VPC of an account and region; `free` is its count of available addresses (ministack: 251)."""
        ec2 = self.proxy.client(scope, "ec2")
        if scope not in self.vpcs:
            self.vpcs[scope] = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        n = self.subnet_count[scope] = self.subnet_count.get(scope, -1) + 1
        region = scope.split(":")[1]
        made = ec2.create_subnet(VpcId=self.vpcs[scope], CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=region + zone)["Subnet"]
        if free is not None:
            self.proxy.free_ips[made["SubnetId"]] = free
        return made["SubnetId"]

    @staticmethod
    def fargate_profile(scope, cluster, subnet_ids, name, namespaces=("default",)):
        account, region = scope.split(":")
        return {
            "fargateProfileName": name,
            "fargateProfileArn": f"arn:aws:eks:{region}:{account}:fargateprofile/{cluster}/{name}/0a1b2c3d",
            "clusterName": cluster,
            "createdAt": time.time(),
            "podExecutionRoleArn": f"arn:aws:iam::{account}:role/eks-node",
            "subnets": subnet_ids,
            "selectors": [{"namespace": n} for n in namespaces],
            "status": "ACTIVE",
            "tags": {},
            "health": {"issues": []},
        }

    def access(self, scope, cluster, principal, policies=(), groups=()):
        eks = self.proxy.client(scope, "eks")
        eks.create_access_entry(clusterName=cluster, principalArn=principal, kubernetesGroups=list(groups))
        for policy in policies:
            eks.associate_access_policy(
                clusterName=cluster, principalArn=principal, policyArn=POLICY + policy, accessScope={"type": "cluster"}
            )

    def nodegroup(
        self,
        scope,
        cluster,
        subnet_ids,
        name,
        desired=1,
        min=0,
        max=3,
        type="m6i.large",
        version=None,
        labels=None,
        taints=(),
        capacityType="ON_DEMAND",
        amiType="AL2023_x86_64_STANDARD",
    ):
        """A managed node group; its nodes join when its cluster has a control plane."""
        optional = {"version": version} if version else {}
        made = self.proxy.client(scope, "eks").create_nodegroup(
            clusterName=cluster,
            nodegroupName=name,
            scalingConfig={"minSize": min, "maxSize": max, "desiredSize": desired},
            instanceTypes=[type],
            subnets=subnet_ids,
            nodeRole=f"arn:aws:iam::{scope.split(':')[0]}:role/eks-node",
            labels=labels or {},
            taints=list(taints),
            capacityType=capacityType,
            amiType=amiType,
            **optional,
        )["nodegroup"]
        record = json.loads(json.dumps(made, default=lambda d: d.timestamp()))
        self.proxy.adopt(scope, cluster, record, "CREATING" if self.proxy.clusters[scope, cluster]["plane"] else "ACTIVE")

    def auto_scaling_group(self, scope, cluster, subnet_ids, name, desired=1, min=0, max=3, type="m6i.large", version=None, tags=None):
        """A group of self-managed nodes: the world knows them by the tags `world:*`."""
        known = {"world:instance-type": type, **({"world:version": version} if version else {})}
        every = {f"kubernetes.io/cluster/{cluster}": "owned", **known, **(tags or {})}
        self.proxy.client(scope, "autoscaling").create_auto_scaling_group(
            AutoScalingGroupName=name,
            MinSize=min,
            MaxSize=max,
            DesiredCapacity=desired,
            AvailabilityZones=self.proxy.zones_of(scope, subnet_ids),
            VPCZoneIdentifier=",".join(subnet_ids),
            Tags=[{"Key": k, "Value": v, "PropagateAtLaunch": True} for k, v in every.items()],
        )
