"""HTTP proxy in front of ministack for the services in PROXIED: overlays what ministack lacks, audits, injects faults.

Every request is first forwarded unchanged (the signed Host header is kept), so ministack checks the signature and
the caller's IAM policy even for operations it lacks; those come back as "No route"/"InvalidAction" and are answered here."""

import base64, datetime as dt, hashlib, http.client, json, re, sys, threading, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import boto3
from botocore.config import Config
from . import callers, tables
from .autoscaling import AutoScaling
from .catalog import Catalog
from .clusters import Clusters
from .compute import Compute
from .faults import AwsError, CallerKilled, Faults
from .nodegroups import Nodegroups
from .organization import Organization
from .parameters import Parameters
from .protocols import operation, render
from .quotas import Quotas

# AWS_ENDPOINT_URL_<SERVICE>: the rest goes to ministack directly
PROXIED = (
    "ACCOUNT",
    "AUTO_SCALING",
    "CLOUDWATCH",
    "EC2",
    "EKS",
    "ELASTIC_LOAD_BALANCING_V2",
    "EVENTBRIDGE",
    "ORGANIZATIONS",
    "S3",
    "SERVICE_QUOTAS",
    "SNS",
    "SSM",
    "STS",
)
# of each connection, not of the message
HOP_BY_HOP = {"connection", "content-length", "date", "expect", "keep-alive", "server", "transfer-encoding"}


class Proxy(ThreadingHTTPServer, Faults, Clusters, Nodegroups, Catalog, AutoScaling, Compute, Organization, Parameters, Quotas):
    daemon_threads, request_queue_size, allow_reuse_address = True, 128, True

    def __init__(self, ministack_port, audit, region="us-east-1", port=0, ca=None, tls=None):
        super().__init__(("127.0.0.1", port), Handler)
        self.ms_port, self.audit, self.region, self.url = ministack_port, audit, region, f"http://127.0.0.1:{self.server_address[1]}"
        self.ca, self.tls = ca, tls
        self.lock, self.clusters, self.ng, self.updates = threading.RLock(), {}, {}, {}
        self.insights, self.addons, self.today, self.support_end = {}, list(tables.ADDONS), lambda: dt.date.today(), {}
        self.fargate, self.free_ips = {}, {}
        self.cluster_insights, self.cluster_updates, self.ami_releases = {}, {}, {}
        self.suspended, self.instances, self.protected, self.doomed, self.attached, self.quotas = {}, {}, set(), {}, {}, {}
        self.faults, self.page_size, self.update_seconds, self.create_seconds, self.create_timeout = [], 100, 1.5, 2.0, 60.0
        self.scopes, self.principals, self._clients = set(), {}, {}
        self.regions, self.organization, self.planes, self.ms_pid = {}, {}, {}, None
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionResetError):  # of a client that was killed
            super().handle_error(request, client_address)

    # A "scope" is "account:region"; clusters and node groups are keyed (scope, name[, node group]).
    def client(self, scope, service):
        """boto3 straight to ministack as the account's root."""
        account, region = (scope.split(":") + [self.region])[:2]
        with self.lock:
            if (account, region, service) not in self._clients:
                self._clients[account, region, service] = boto3.client(
                    service,
                    endpoint_url=f"https://127.0.0.1:{self.ms_port}",
                    verify=str(self.ca),
                    region_name=region,
                    aws_access_key_id=account,
                    aws_secret_access_key="test",
                    config=Config(retries={"max_attempts": 2}),
                )
            return self._clients[account, region, service]

    # ---- who is calling ----
    def identity(self, headers, query):
        signed = headers.get("Authorization") or f"Credential={query.get('X-Amz-Credential', '')}"  # the latter in presigned URLs
        m = re.search(r"Credential=([^/,]+)/\d+/([^/]+)/([^/]+)/", signed)
        if not m:
            return None, None, "unsigned", ""
        key, region, service = m.groups()
        if re.fullmatch(r"\d{12}", key):
            return key, region, f"arn:aws:iam::{key}:root", service
        if key not in self.principals:
            try:
                account = self.client("000000000000", "sts").get_access_key_info(AccessKeyId=key)["Account"]
            except Exception:
                account = "000000000000"
            arn = self.service_session(account, region, key) or f"unknown:{key}"
            self.principals[key] = (account, arn)
        account, arn = self.principals[key]
        return account, region, arn, service

    def service_session(self, account, region, key):
        """The session of a function or a state machine: its key id is derived from its ARN and its role's."""
        made = lambda arn, role: key == "ASIA" + hashlib.sha256(f"{arn}:{role}".encode()).hexdigest()[:16].upper()
        session = lambda role, name: f"arn:aws:sts::{account}:assumed-role/{role.rsplit('/', 1)[-1]}/{name}"
        scope = f"{account}:{region}"
        for f in self.client(scope, "lambda").list_functions()["Functions"]:
            if made(f["FunctionArn"], f["Role"]):
                return session(f["Role"], f["FunctionName"])
        machines = self.client(scope, "stepfunctions")
        for m in machines.list_state_machines()["stateMachines"]:
            role = machines.describe_state_machine(stateMachineArn=m["stateMachineArn"])["roleArn"]
            if made(m["stateMachineArn"], role):
                return session(role, m["name"])

    def caller(self, port):
        """(pid, name) of the function of the stack that holds the other end of a connection; (None, None) for anybody else."""
        pid = callers.process_of(port, self.server_address[1], self.ms_pid)
        return pid, pid and callers.function_of(pid)

    def page(self, items, p, field, token="nextToken", most="maxResults"):
        size = min(int(p.get(most, 100)), self.page_size)
        start = int(base64.b64decode(p[token])) if p.get(token) else 0
        out = {field: items[start : start + size]}
        if start + size < len(items):
            out[token] = base64.b64encode(str(start + size).encode()).decode()
        return out


class Handler(BaseHTTPRequestHandler):
    protocol_version, server_version, disable_nagle_algorithm, wbufsize = "HTTP/1.1", "world", True, 65536

    def log_message(self, *a):
        pass

    def handle_expect_100(self):
        go_on = super().handle_expect_100()
        self.wfile.flush()  # or the client waits a second for it
        return go_on

    def reply(self, status, body, ctype="application/json", extra=()):
        raw = body if isinstance(body, bytes) else json.dumps(body, default=str).encode()
        self.send_response(status)
        self.send_header("Content-Type", ctype)
        lengths = [v for k, v in extra if k.lower() == "content-length"]  # of what HEAD does not send
        self.send_header("Content-Length", lengths[0] if lengths else str(len(raw)))
        for k, v in extra:
            if k.lower() != "content-length":
                self.send_header(k, v)
        self.end_headers()
        self.wfile.write(raw)

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():  # trailers
            pass
        return data

    def forward(self, data):
        c = http.client.HTTPSConnection("127.0.0.1", self.server.ms_port, timeout=60, context=self.server.tls)
        try:
            c.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for k, v in self.headers.items():
                if k.lower() not in HOP_BY_HOP:
                    c.putheader(k, v)
            c.putheader("Content-Length", str(len(data)))
            c.endheaders(data)
            r = c.getresponse()
            return r.status, r.read(), r.headers
        finally:
            c.close()

    def serve(self):
        s, data = self.server, self.body()
        url = urllib.parse.urlsplit(self.path)
        query = {k: v if len(v) > 1 else v[0] for k, v in urllib.parse.parse_qs(url.query, keep_blank_values=True).items()}
        if url.path == "/_admin":
            try:
                return self.reply(200, s.admin(json.loads(data or b"{}")))
            except AwsError as e:
                return self.reply(e.status, {"__type": e.code, "message": e.message})
        account, region, who, service = s.identity(self.headers, query)
        op, params = operation(service, self.command, url, query, self.headers, data)
        status, error, ctype, extra = 0, None, "application/json", []
        try:
            s.call_faults(account, region, service, op, params, self.client_address[1], lambda: self.forward(data))
            s.enabled(service, account, region)
            status, raw, ctype, extra, error = self.answer(service, op, account, region, params, data)
        except CallerKilled as e:
            status, error = 0, f"{e.function} was killed"
        except AwsError as e:
            status, error = e.status, e.code
            raw, ctype, extra = render(service, e)
        s.audit(
            "CALL",
            service=service,
            account=account,
            region=region,
            principal=who,
            op=op,
            status=status,
            error=error,
            params={k: v for k, v in params.items() if k != "Version"},
            agent=self.headers.get("User-Agent", "")[:300],
        )
        if status:
            self.reply(status, raw, ctype, extra)
        else:
            self.close_connection = True

    def answer(self, service, op, account, region, params, data):
        """(status, body, content type, headers, error) of ministack, with what the world adds."""
        s, scope, error = self.server, f"{account}:{region}", None
        pre = getattr(s, "pre_" + op, None) if service in ("eks", "autoscaling") else None
        if pre:
            pre(scope, params)
        status, raw, head = self.forward(data)
        ctype = head.get("Content-Type", "application/json")
        extra = [(k, v) for k, v in head.items() if k.lower() not in HOP_BY_HOP | {"content-type"}]
        if service == "eks":
            extra = [(k, head[k]) for k in ("x-amzn-errortype", "x-amzn-requestid") if head.get(k)]
            body = json.loads(raw or b"{}")
            fn = getattr(s, "op_" + op, None)
            absent = status == 400 and "No route for" in body.get("message", "")
            if absent and fn and "name" in params:
                s.known(scope, params["name"])
            if fn and (status in (200, 404) or absent):
                new = fn(scope, params, status, body)
                if new is not body:
                    status, body, extra = 200, new, []  # answered here; else ministack's answer stands
            if status >= 400:
                error = body.get("__type") or body.get("message")
            raw = json.dumps(body, default=str).encode()
        elif service == "autoscaling":
            status, raw = s.autoscaling(scope, op, params, status, raw)
            ctype, extra = "text/xml", []
        elif service == "ec2":
            status, raw = s.ec2(op, params, status, raw)
        elif service in ("servicequotas", "monitoring") and status != 403 and hasattr(s, "op_" + op):
            own = getattr(s, "op_" + op)(scope, params)
            if own is not None:
                status, raw, ctype, extra = 200, json.dumps(own).encode(), "application/x-amz-json-1.0", []
        elif service == "ssm" and status == 200 and hasattr(s, "op_" + op):
            raw = json.dumps(getattr(s, "op_" + op)(scope, params, status, json.loads(raw))).encode()
        elif service in ("account", "organizations") and status == 200:
            raw = json.dumps(getattr(s, service)(op, account, params, json.loads(raw))).encode()
        elif service == "sts" and op.startswith("AssumeRole") and status == 200:
            t = raw.decode()
            key, arn = re.search(r"<AccessKeyId>(.*?)</", t), re.search(r"<Arn>(.*?)</", t)
            if key and arn:
                s.principals[key[1]] = (arn[1].split(":")[4], arn[1])
        if self.command == "HEAD":
            extra += [("Content-Length", head.get("Content-Length", "0"))]
        if status >= 400 and not error:
            error = raw[:300].decode(errors="replace")
        return status, raw, ctype, extra, error

    def do_GET(self):
        try:
            self.serve()
        except (BrokenPipeError, ConnectionResetError):
            pass
        except Exception as e:
            self.server.audit("PROXY_BUG", path=self.path, error=repr(e))
            try:
                self.reply(500, {"__type": "ServerException", "message": repr(e)}, extra=[("x-amzn-errortype", "ServerException")])
            except OSError:
                pass

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_GET
