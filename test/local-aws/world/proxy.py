"""HTTP proxy in front of ministack for EKS, Auto Scaling, EC2 subnets and STS: overlays what ministack lacks, audits, injects faults.

Every request is first forwarded unchanged (the signed Host header is kept), so ministack checks the signature and
the caller's IAM policy even for operations it lacks; those come back as "No route"/"InvalidAction" and are answered here."""

import base64, datetime as dt, hashlib, http.client, json, re, threading, urllib.parse, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import boto3, botocore.session
from botocore.config import Config
from . import tables
from .autoscaling import AutoScaling
from .catalog import Catalog
from .clusters import Clusters
from .faults import AwsError, Faults
from .nodegroups import Nodegroups
from .subnets import Subnets


class Proxy(ThreadingHTTPServer, Faults, Clusters, Nodegroups, Catalog, AutoScaling, Subnets):
    daemon_threads, request_queue_size, allow_reuse_address = True, 128, True

    def __init__(self, ministack_port, audit, region="us-east-1", port=0, ca=None, tls=None):
        super().__init__(("127.0.0.1", port), Handler)
        self.ms_port, self.audit, self.region, self.url = ministack_port, audit, region, f"http://127.0.0.1:{self.server_address[1]}"
        self.ca, self.tls = ca, tls
        self.lock, self.clusters, self.ng, self.updates = threading.RLock(), {}, {}, {}
        self.insights, self.addons, self.today = {}, list(tables.ADDONS), lambda: dt.date.today()
        self.fargate, self.free_ips = {}, {}
        self.suspended, self.instances, self.protected, self.doomed = {}, {}, set(), set()
        self.faults, self.page_size, self.update_seconds, self.create_seconds, self.create_timeout = [], 100, 1.5, 2.0, 60.0
        self.scopes, self.principals, self._clients = set(), {}, {}
        model = botocore.session.get_session().get_service_model("eks")
        ops = [(o.http["method"], o.http["requestUri"], n) for n in model.operation_names for o in [model.operation_model(n)]]
        rx = lambda uri: re.compile(
            re.sub(r"\{(\w+)\+?\}", lambda m: f"(?P<{m[1]}>{'.+?' if m[1].endswith('Arn') else '[^/]+'})", uri) + "$"
        )
        self.routes = [(m, rx(u), n) for m, u, n in sorted(ops, key=lambda o: -len(re.sub(r"\{.*?\}", "", o[1])))]
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

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
        m = re.search(r"Credential=([^/,]+)/\d+/([^/]+)/([^/]+)/", headers.get("Authorization", ""))
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
            arn = f"unknown:{key}"
            try:  # ministack derives a Lambda's session key from function and role: that names the function
                for f in self.client(account, "lambda").list_functions()["Functions"]:
                    if key == "ASIA" + hashlib.sha256(f"{f['FunctionArn']}:{f['Role']}".encode()).hexdigest()[:16].upper():
                        arn = f"arn:aws:sts::{account}:assumed-role/{f['Role'].rsplit('/', 1)[-1]}/{f['FunctionName']}"
            except Exception:
                pass
            self.principals[key] = (account, arn)
        account, arn = self.principals[key]
        return account, region, arn, service

    def page(self, items, p, field):
        size = min(int(p.get("maxResults", 100)), self.page_size)
        start = int(base64.b64decode(p["nextToken"])) if p.get("nextToken") else 0
        out = {field: items[start : start + size]}
        if start + size < len(items):
            out["nextToken"] = base64.b64encode(str(start + size).encode()).decode()
        return out


class Handler(BaseHTTPRequestHandler):
    protocol_version, server_version, disable_nagle_algorithm, wbufsize = "HTTP/1.1", "world", True, 65536

    def log_message(self, *a):
        pass

    def reply(self, status, body, ctype="application/json", extra=()):
        raw = body if isinstance(body, bytes) else json.dumps(body, default=str).encode()
        self.send_response(status)
        self.send_header("Content-Type", ctype)
        self.send_header("Content-Length", str(len(raw)))
        for k, v in extra:
            self.send_header(k, v)
        self.end_headers()
        self.wfile.write(raw)

    def forward(self, data):
        c = http.client.HTTPSConnection("127.0.0.1", self.server.ms_port, timeout=60, context=self.server.tls)
        try:
            c.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for k, v in self.headers.items():
                if k.lower() not in ("connection", "transfer-encoding", "content-length"):
                    c.putheader(k, v)
            c.putheader("Content-Length", str(len(data)))
            c.endheaders(data)
            r = c.getresponse()
            return r.status, r.read(), r.headers
        finally:
            c.close()

    @staticmethod
    def render(service, e):
        """An injected error in the protocol of its service: REST JSON for EKS, XML for the Query protocols."""
        request = str(uuid.uuid4())
        if service == "eks":
            return (
                json.dumps({"__type": e.code, "message": e.message}).encode(),
                "application/json",
                [("x-amzn-errortype", e.code), ("x-amzn-requestid", request)],
            )
        error = f"<Error><Type>Sender</Type><Code>{e.code}</Code><Message>{e.message}</Message></Error>"
        if service == "ec2":
            return f"<Response><Errors>{error}</Errors><RequestID>{request}</RequestID></Response>".encode(), "text/xml", []
        return f"<ErrorResponse>{error}<RequestId>{request}</RequestId></ErrorResponse>".encode(), "text/xml", []

    def serve(self):
        s, data = self.server, self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urllib.parse.urlsplit(self.path)
        query = {k: v if len(v) > 1 else v[0] for k, v in urllib.parse.parse_qs(url.query).items()}
        if url.path == "/_admin":
            try:
                return self.reply(200, s.admin(json.loads(data or b"{}")))
            except AwsError as e:
                return self.reply(e.status, {"__type": e.code, "message": e.message})
        account, region, who, service = s.identity(self.headers, query)
        op, params, scope = "", {}, f"{account}:{region}"
        if service == "eks":
            path = url.path if not url.path.endswith("/") else url.path[:-1]
            for method, rx, name in s.routes:
                m = method == self.command and rx.match(path)
                if m:
                    op, params = name, {k: urllib.parse.unquote(v) for k, v in m.groupdict().items()}
                    break
            if data:
                params = {**json.loads(data), **params}
            params = {**query, **params}
        else:
            params = dict(urllib.parse.parse_qsl(data.decode(errors="replace"))) if self.command == "POST" else dict(query)
            op = params.pop("Action", self.path)
        status, error, ctype, extra = 0, None, "application/json", []
        try:
            s.call_faults(account, region, service, op, params.get("name"))
            if service == "eks":
                pre = getattr(s, "pre_" + op, None)
                if pre:
                    pre(scope, params)
            status, raw, head = self.forward(data)
            ctype = head.get("Content-Type", ctype)
            extra = [(k, head[k]) for k in ("x-amzn-errortype", "x-amzn-requestid") if head.get(k)]
            if service == "eks":
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
                ctype = "text/xml"
                extra = []
            elif service == "ec2":
                raw = s.ec2(op, status, raw)
            elif service == "sts" and op.startswith("AssumeRole") and status == 200:
                t = raw.decode()
                key, arn = re.search(r"<AccessKeyId>(.*?)</", t), re.search(r"<Arn>(.*?)</", t)
                if key and arn:
                    s.principals[key[1]] = (arn[1].split(":")[4], arn[1])
            if status >= 400 and not error:
                error = raw[:300].decode(errors="replace")
        except AwsError as e:
            status, error = e.status, e.code
            raw, ctype, extra = self.render(service, e)
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
        self.reply(status, raw, ctype, extra)

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
