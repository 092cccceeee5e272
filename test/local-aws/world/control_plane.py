"""A real Kubernetes control plane: etcd, API server, controllers, scheduler and kwok as the kubelets."""

import base64, http.client, json, os, pathlib, signal, subprocess, time
from concurrent.futures import ThreadPoolExecutor
from .kube_client import Kube
from .process import Proc, free_ports
from .stages import stages

BIN = pathlib.Path(os.environ["KUBERNETES_BIN"])  # printed by ../kubernetes/build.sh
# Cluster endpoints use 127.0.0.2: ministack's Node runtime turns https requests to 127.0.0.1 and localhost into plain http.
API_HOST = "127.0.0.2"


class ControlPlane:
    """etcd + kube-apiserver + kube-controller-manager + kube-scheduler + kwok, all on free ports."""

    def __init__(self, d, webhook_url, pod_ready_ms=1500, pod_stop_ms=700):
        self.d = pathlib.Path(d)
        (self.d / "log").mkdir(parents=True, exist_ok=True)
        os.chmod(self.d, 0o700)
        self.procs, self.arguments, (etcd, peer, api, kcm, sched, kwok) = {}, {}, free_ports(6)
        self.starter = ThreadPoolExecutor(1)  # a process dies with the thread that started it: this one lives as long as the world
        self.url = f"https://{API_HOST}:{api}"
        self._pki()
        for user in ("admin", "kcm", "scheduler", "kwok"):
            self._kubeconfig(self.d / f"{user}.kubeconfig", user)
        (self.d / "webhook.kubeconfig").write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "w",
                    "users": [{"name": "a", "user": {}}],
                    "clusters": [{"name": "w", "cluster": {"server": webhook_url}}],
                    "contexts": [{"name": "w", "context": {"cluster": "w", "user": "a"}}],
                }
            )
        )
        (self.d / "kwok.yaml").write_text(stages(BIN / "stages", pod_ready_ms, pod_stop_ms))
        try:
            self._up(etcd, peer, api, kcm, sched, kwok)
        except BaseException:
            self.stop()
            raise

    def _up(self, etcd, peer, api, kcm, sched, kwok):
        e = f"http://127.0.0.1:{etcd}"
        p = f"http://127.0.0.1:{peer}"
        self._start(
            "etcd",
            "--data-dir",
            "etcd",
            "--unsafe-no-fsync",
            "--log-level",
            "warn",
            "--listen-client-urls",
            e,
            "--advertise-client-urls",
            e,
            "--listen-peer-urls",
            p,
            "--initial-advertise-peer-urls",
            p,
            "--initial-cluster",
            f"default={p}",
        )
        self._start(
            "kube-apiserver",
            "--etcd-servers",
            e,
            "--bind-address",
            API_HOST,
            "--advertise-address",
            API_HOST,
            "--secure-port",
            api,
            "--tls-cert-file",
            "apiserver.crt",
            "--tls-private-key-file",
            "apiserver.key",
            "--client-ca-file",
            "ca.crt",
            "--requestheader-client-ca-file",
            "ca.crt",
            "--service-account-issuer",
            "https://kubernetes.default.svc",
            "--service-account-key-file",
            "sa.pub",
            "--service-account-signing-key-file",
            "sa.key",
            "--service-cluster-ip-range",
            "10.96.0.0/16",
            "--authorization-mode",
            "Node,RBAC",
            "--anonymous-auth=false",
            "--allow-privileged",
            "--endpoint-reconciler-type",
            "none",
            "--authentication-token-webhook-config-file",
            "webhook.kubeconfig",
            "--authentication-token-webhook-version",
            "v1",
            "--authentication-token-webhook-cache-ttl",
            "2s",
            "--enable-priority-and-fairness=false",
            "--max-requests-inflight",
            "0",
            "--max-mutating-requests-inflight",
            "0",
            "--audit-policy-file",
            "audit-policy.json",
            "--audit-log-path",
            "k8s-audit.jsonl",
            "--audit-log-mode",
            "blocking",
        )
        self.kube = Kube(self.url, self.d / "ca.crt", self.d / "admin.crt", self.d / "admin.key")
        self.ca_data = base64.b64encode((self.d / "ca.crt").read_bytes()).decode()
        self._wait("API server", lambda: self.kube("GET", "/readyz")[0] == 200)
        kc = lambda u: (
            "--kubeconfig",
            f"{u}.kubeconfig",
            "--authentication-kubeconfig",
            f"{u}.kubeconfig",
            "--authorization-kubeconfig",
            f"{u}.kubeconfig",
            "--bind-address",
            "127.0.0.1",
            "--leader-elect=false",
            "--kube-api-qps",
            "500",
            "--kube-api-burst",
            "1000",
        )
        self._start(
            "kube-controller-manager",
            *kc("kcm"),
            "--secure-port",
            kcm,
            "--service-account-private-key-file",
            "sa.key",
            "--root-ca-file",
            "ca.crt",
            "--use-service-account-credentials",
            "--cluster-signing-cert-file",
            "ca.crt",
            "--cluster-signing-key-file",
            "ca.key",
        )
        self._start("kube-scheduler", *kc("scheduler"), "--secure-port", sched)
        self._start(
            "kwok",
            "--kubeconfig",
            "kwok.kubeconfig",
            "--manage-all-nodes",
            "--cidr",
            "10.244.0.0/16",
            "--node-ip",
            "10.0.0.1",
            "--node-lease-duration-seconds",
            "40",
            "--server-address",
            f"127.0.0.1:{kwok}",
            "--config",
            "kwok.yaml",
        )
        self._wait("service account", lambda: self.kube("GET", "/api/v1/namespaces/default/serviceaccounts/default")[0] == 200)

    def _start(self, name, *args):
        self.arguments[name] = args
        self.procs[name] = Proc(name, [BIN / name, *args], self.d / "log" / f"{name}.log", cwd=self.d)

    def _wait(self, what, ok, timeout=60):
        end = time.time() + timeout
        while True:
            try:
                if ok():
                    return
            except (OSError, http.client.HTTPException):
                pass
            dead = [n for n, p in self.procs.items() if p.p.poll() is not None]
            if dead or time.time() > end:
                raise RuntimeError(f"{what} not ready; ended: {dead}; logs in {self.d}/log")
            time.sleep(0.1)

    def _pki(self):
        def ssl_(*a):
            subprocess.run(["openssl", *a], cwd=self.d, check=True, capture_output=True)

        key = lambda n: ssl_("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{n}.key")
        key("ca")
        ssl_("req", "-x509", "-new", "-key", "ca.key", "-subj", "/CN=kubernetes", "-days", "3650", "-out", "ca.crt")
        ssl_("genrsa", "-out", "sa.key", "2048")
        ssl_("rsa", "-in", "sa.key", "-pubout", "-out", "sa.pub")
        for n, subj in (
            ("apiserver", "/CN=kube-apiserver"),
            ("admin", "/O=system:masters/CN=admin"),
            ("kcm", "/CN=system:kube-controller-manager"),
            ("scheduler", "/CN=system:kube-scheduler"),
            ("kwok", "/O=system:masters/CN=kwok"),
        ):
            (self.d / "ext").write_text(
                f"extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=IP:{API_HOST},IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes.default.svc\n"
            )
            key(n)
            ssl_("req", "-new", "-key", f"{n}.key", "-subj", subj, "-out", f"{n}.csr")
            ssl_(
                "x509",
                "-req",
                "-in",
                f"{n}.csr",
                "-CA",
                "ca.crt",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-days",
                "3650",
                "-out",
                f"{n}.crt",
                "-extfile",
                "ext",
            )
        # k8s-audit.jsonl: every write and every read of Secrets by anybody, and every request of the product's groups
        (self.d / "audit-policy.json").write_text(
            json.dumps(
                {
                    "apiVersion": "audit.k8s.io/v1",
                    "kind": "Policy",
                    "omitStages": ["RequestReceived"],
                    "rules": [
                        {"level": "None", "users": ["system:kube-controller-manager", "system:kube-scheduler", "system:apiserver", "kwok"]},
                        {"level": "None", "userGroups": ["system:serviceaccounts", "system:nodes"]},
                        {"level": "Metadata", "userGroups": ["eks-greenlight:scan"]},
                        {"level": "Request", "userGroups": ["eks-greenlight:rotate"], "verbs": ["create", "update", "patch", "delete"]},
                        {"level": "Metadata", "userGroups": ["eks-greenlight:rotate"]},
                        {"level": "Metadata", "resources": [{"group": "", "resources": ["secrets"]}]},
                        {"level": "Metadata", "verbs": ["create", "update", "patch", "delete", "deletecollection"]},
                        {"level": "None"},
                    ],
                }
            )
        )

    def _kubeconfig(self, path, user):
        path.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "k",
                    "clusters": [{"name": "k", "cluster": {"server": self.url, "certificate-authority": str(self.d / "ca.crt")}}],
                    "users": [
                        {
                            "name": user,
                            "user": {"client-certificate": str(self.d / f"{user}.crt"), "client-key": str(self.d / f"{user}.key")},
                        }
                    ],
                    "contexts": [{"name": "k", "context": {"cluster": "k", "user": user}}],
                }
            )
        )
        path.chmod(0o600)

    def pause(self):
        """The API server hangs: connections are accepted, nothing is answered."""
        os.kill(self.procs["kube-apiserver"].p.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.procs["kube-apiserver"].p.pid, signal.SIGCONT)

    def restart(self, seconds=0):
        """The API server ends, and is back after so many seconds and what it needs to start; its clients keep trying meanwhile."""
        self.procs["kube-apiserver"].stop(0)  # as a crash: what is on its way is lost
        time.sleep(seconds)
        self.starter.submit(self._start, "kube-apiserver", *self.arguments["kube-apiserver"]).result()
        self._wait("API server", lambda: self.kube("GET", "/readyz")[0] == 200)

    def stop(self):
        self.starter.shutdown()
        for p in reversed(list(self.procs.values())):
            p.stop(4)
