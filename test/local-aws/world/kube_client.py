"""A small REST client of a Kubernetes API server."""

import http.client, json, ssl, threading, urllib.parse


class Kube:
    """kube(method, path, body) -> (status, object). One keep-alive connection per thread."""

    def __init__(self, url, ca_file, cert=None, key=None, token=None, timeout=10):
        self.host = urllib.parse.urlsplit(url).netloc
        self.ctx = ssl.create_default_context(cafile=str(ca_file))
        if cert:
            self.ctx.load_cert_chain(str(cert), str(key))
        self.token, self.timeout, self.local = token, timeout, threading.local()

    def __call__(self, method, path, body=None, ctype="application/json"):
        head = {"Accept": "application/json"}
        if self.token:
            head["Authorization"] = "Bearer " + self.token
        data = None
        if body is not None:
            data, head["Content-Type"] = json.dumps(body), ctype
        for attempt in (0, 1):
            c = getattr(self.local, "c", None)
            if c is None:
                c = self.local.c = http.client.HTTPSConnection(self.host, timeout=self.timeout, context=self.ctx)
            try:
                c.request(method, path, data, head)
                r = c.getresponse()
                raw = r.read()
                break
            except (http.client.HTTPException, OSError):
                c.close()
                self.local.c = None
                if attempt:
                    raise
        try:
            return r.status, json.loads(raw)
        except ValueError:
            return r.status, raw.decode(errors="replace")

    def items(self, path):
        status, obj = self("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {obj}")
        return obj["items"]

    def merge(self, path, body):
        return self("PATCH", path, body, "application/merge-patch+json")
