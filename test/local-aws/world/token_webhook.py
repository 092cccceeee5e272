"""TokenReview webhook: k8s-aws-v1 bearer token -> presigned STS URL replayed at ministack -> EKS access entry -> user and groups."""

import base64, calendar, http.client, json, re, threading, time, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

POLICY = "arn:aws:eks::aws:cluster-access-policy/"
# access policy (cluster scope) -> Kubernetes group; RBAC below binds the groups
GROUPS = {
    "AmazonEKSClusterAdminPolicy": "system:masters",
    "AmazonEKSAdminPolicy": "world:admin",
    "AmazonEKSEditPolicy": "world:edit",
    "AmazonEKSViewPolicy": "world:view",
    "AmazonEKSAdminViewPolicy": "world:admin-view",
}


def install_rbac(kube):
    """ClusterRoles for the groups of the access policies. world:view is the built-in view role (no nodes, no Secrets), as AmazonEKSViewPolicy;
    world:admin-view reads everything, Secrets too, as AWS documents for AmazonEKSAdminViewPolicy."""
    rules = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}]
    rbac = "/apis/rbac.authorization.k8s.io/v1/"
    kube("POST", rbac + "clusterroles", {"metadata": {"name": "world:admin-view"}, "rules": rules})
    for group, role in (("world:admin", "admin"), ("world:edit", "edit"), ("world:view", "view"), ("world:admin-view", "world:admin-view")):
        kube(
            "POST",
            rbac + "clusterrolebindings",
            {
                "metadata": {"name": group},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
                "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}],
            },
        )


class Webhook(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 64

    def __init__(self, proxy, audit):
        super().__init__(("127.0.0.1", 0), Hook)
        self.proxy, self.audit = proxy, audit
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def url(self, plane):
        return f"http://127.0.0.1:{self.server_address[1]}/{plane}"

    def replay(self, token, cluster):
        """(status, ARN) of the presigned GetCallerIdentity, sent with the headers which the client must have signed."""
        m = re.fullmatch(r"k8s-aws-v1\.([A-Za-z0-9_-]+)", token)
        if not m:
            return 0, "not a k8s-aws-v1 token"
        u = urllib.parse.urlsplit(base64.urlsafe_b64decode(m[1] + "=" * (-len(m[1]) % 4)).decode())
        q = urllib.parse.parse_qs(u.query)
        if u.scheme != "https" or u.path != "/" or not re.fullmatch(r"sts(\.[a-z0-9-]+)?\.amazonaws\.com", u.netloc):
            return 0, f"host {u.netloc}{u.path}"
        if q.get("Action") != ["GetCallerIdentity"] or "x-k8s-aws-id" not in q.get("X-Amz-SignedHeaders", [""])[0].split(";"):
            return 0, "Action or SignedHeaders"
        if not 0 < int(q.get("X-Amz-Expires", ["0"])[0]) <= 900:
            return 0, "X-Amz-Expires"
        age = time.time() - calendar.timegm(time.strptime(q["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ"))
        if not -300 < age < 900:
            return 0, f"token is {age:.0f} s old"  # EKS: 15 minutes from X-Amz-Date, whatever X-Amz-Expires says
        c = http.client.HTTPSConnection("127.0.0.1", self.proxy.ms_port, timeout=10, context=self.proxy.tls)
        try:
            c.request("GET", "/?" + u.query, headers={"Host": u.netloc, "x-k8s-aws-id": cluster})
            r = c.getresponse()
            text = r.read().decode()
        finally:
            c.close()
        arn = re.search(r"<Arn>(.*?)</Arn>", text)
        code = re.search(r"<Code>(.*?)</Code>", text)
        return r.status, arn[1] if arn else (code[1] if code else text[:120])

    def review(self, plane, token):
        why = "no cluster"
        # the signed x-k8s-aws-id tells the cluster: try each name which this control plane serves
        for (scope, cluster), o in list(self.proxy.clusters.items()):
            if o.get("plane") != plane:
                continue
            status, arn = self.replay(token, cluster)
            if status != 200:
                why = arn
                continue
            m = re.fullmatch(r"arn:aws:sts::(\d+):assumed-role/([^/]+)/(.*)", arn)
            principal, session = (f"arn:aws:iam::{m[1]}:role/{m[2]}", m[3]) if m else (arn, "")
            eks = self.proxy.client(scope, "eks")
            try:
                entry = eks.describe_access_entry(clusterName=cluster, principalArn=principal)["accessEntry"]
            except eks.exceptions.ClientError:
                why = f"no access entry for {principal} in {cluster}"
                continue
            groups = list(entry.get("kubernetesGroups") or [])
            for p in eks.list_associated_access_policies(clusterName=cluster, principalArn=principal)["associatedAccessPolicies"]:
                g = GROUPS.get(p["policyArn"].removeprefix(POLICY))
                if g and p["accessScope"]["type"] == "cluster":
                    groups.append(g)
            name = (entry.get("username") or arn).replace("{{SessionName}}", session)
            self.audit("TOKEN_OK", cluster=cluster, principal=principal, session=session, groups=groups)
            return {
                "authenticated": True,
                "user": {
                    "username": name,
                    "uid": f"aws-iam-authenticator:{scope.split(':')[0]}:{principal}",
                    "groups": groups,
                    "extra": {"arn": [arn], "canonicalArn": [principal], "sessionName": [session]},
                },
            }
        self.audit("TOKEN_REFUSED", why=why)
        return {"authenticated": False, "error": why}


class Hook(BaseHTTPRequestHandler):
    protocol_version, disable_nagle_algorithm, wbufsize = "HTTP/1.1", True, 65536

    def log_message(self, *a):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            status = self.server.review(self.path.split("?")[0].strip("/"), body["spec"]["token"])
        except Exception as e:
            status = {"authenticated": False, "error": repr(e)}
            self.server.audit("WEBHOOK_BUG", error=repr(e))
        raw = json.dumps({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": status}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)
