"""The world as a service: starts everything on free loopback ports, fills it from a spec, ends everything by pid.

  python -m world.world --dir FOLDER [--keep]

The first line of standard input is the spec (JSON, see README.md). Prints one JSON line when ready ({"env": path of
env.json, ...}). Ends on SIGTERM, SIGINT, or when standard input closes, so that it never outlives the process that
started it, however that one ended; then removes its folder, unless it is to keep it for its logs."""

import argparse, json, os, pathlib, shutil, signal, sys, threading, time, urllib.request
from . import tls
from .audit import Audit
from .availability import Sampler
from .control_plane import ControlPlane
from .nodes import Reconciler
from .process import Proc, free_ports
from .proxy import PROXIED, Proxy
from .seed import UNREACHABLE, Seed
from .token_webhook import Webhook, install_rbac


class World:
    def __init__(self, spec, folder):
        self.spec, self.region = spec, spec.get("region", "us-east-1")
        self.d = pathlib.Path(folder)
        self.d.mkdir(parents=True, exist_ok=True)
        if any(self.d.iterdir()):
            raise RuntimeError(f"{self.d} is not empty: a world starts from nothing")
        self.planes, self.stops, self.caller = {}, [], None  # stops: run in reverse order

    def __enter__(self):
        t = time.time()
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        self.start_seconds = round(time.time() - t, 1)
        return self

    def start(self):
        spec = self.spec
        self.tmp = self.d / "tmp"
        self.tmp.mkdir()
        self.ms_port = free_ports(1)[0]
        self.ms_url = f"https://127.0.0.1:{self.ms_port}"
        self.ca, self.tls = tls.make(self.d / "tls")
        self.audit = Audit(self.d / "audit.jsonl")
        self.proxy = Proxy(self.ms_port, self.audit, self.region, ca=self.ca, tls=self.tls)
        self.stops += [self.proxy.server_close, self.proxy.shutdown]
        hook = Webhook(self.proxy, self.audit)
        self.stops += [hook.server_close, hook.shutdown]
        stack = pathlib.Path(__file__).with_name("stack.py")
        ministack = Proc("ministack", [sys.executable, stack], self.d / "ministack.log", env=self.ministack_env(), cwd=self.d)
        self.stops.append(lambda: ministack.stop(grace=0.5))  # it waits for idle connections, and has nothing to save
        self.proxy.ms_pid, self.proxy.planes = ministack.p.pid, self.planes
        for name in sorted({c["plane"] for c in spec["clusters"]} - set(UNREACHABLE)):
            self.planes[name] = plane = ControlPlane(self.d / name, hook.url(name))
            self.stops.append(plane.stop)
            install_rbac(plane.kube)
        self.wait(self.ministack_ready, 60, "ministack")
        reconciler = Reconciler(self.proxy, self.audit, self.planes)
        seed = Seed(self.proxy, self.planes, self.ca, self.region)
        self.stops.append(lambda: [s.close() for s in seed.sockets])
        if "caller" in spec:
            self.caller = seed.user(spec["hub"], **spec["caller"])
        seed.fill(spec)
        self.proxy.admin({"set": spec.get("set", {})})
        reconciler.start()
        self.stops.append(lambda: (reconciler.stop_event.set(), reconciler.join(10)))
        if spec.get("sample"):
            sampler = Sampler(self.d / "samples.jsonl", self.planes, reconciler, self.audit, spec["sample"])
            sampler.start()
            self.stops.append(lambda: (sampler.stop_event.set(), sampler.join(10)))
        settled = lambda: all(r["status"] == "ACTIVE" for r in self.proxy.ng.values())
        self.wait(settled, 60, "node groups active")
        self.wait(lambda: all(s["ready"] == s["desired"] for s in reconciler.sizes.values()), 60, "nodes ready")
        (self.d / "env.json").write_text(json.dumps(self.env(), indent=1))

    def __exit__(self, *_):
        for stop in reversed(self.stops):
            try:
                stop()
            except Exception as e:
                print("teardown:", repr(e), file=sys.stderr)

    def ministack_env(self):
        """Functions in the stack inherit this: nothing about endpoints needs to be set on them."""
        return {
            "HOME": os.environ["HOME"],
            "PATH": os.environ["PATH"],
            "TMPDIR": str(self.tmp),  # what it unpacks of functions goes with the world
            "GATEWAY_PORT": str(self.ms_port),
            "MINISTACK_HOST": "127.0.0.1",
            "BIND_HOST": "127.0.0.1",  # else it listens on every interface
            "AUTH": "true",
            "SFN_WAIT_SCALE": os.environ.get("SFN_WAIT_SCALE", "0.01"),
            "AWS_SECRET_ACCESS_KEY": "test",
            "USE_SSL": "1",
            "MINISTACK_SSL_CERT": str(self.d / "tls/server.crt"),
            "MINISTACK_SSL_KEY": str(self.d / "tls/server.key"),
            **self.endpoints(),
        }

    def ministack_ready(self):
        try:
            return urllib.request.urlopen(f"{self.ms_url}/_ministack/ready", timeout=2, context=self.tls).status == 200
        except OSError:
            return False

    @staticmethod
    def wait(condition, timeout, what):
        end = time.time() + timeout
        while not condition():
            if time.time() > end:
                raise TimeoutError(f"{what}: not within {timeout} s")
            time.sleep(0.1)

    def endpoints(self):
        proxied = {f"AWS_ENDPOINT_URL_{service}": self.proxy.url for service in PROXIED}
        return {"AWS_ENDPOINT_URL": self.ms_url, "AWS_CA_BUNDLE": str(self.ca), "NODE_EXTRA_CA_CERTS": str(self.ca), **proxied}

    def env(self):
        """What a client needs: endpoints and credentials of the spec's caller, or of the hub account's root (a 12-digit key is the account)."""
        key, secret = self.caller or (self.spec["hub"], "test")
        return {
            **self.endpoints(),
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_REGION": self.region,
            "WORLD_DIR": str(self.d),
            "WORLD_ADMIN": self.proxy.url + "/_admin",
        }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", required=True)
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    done = threading.Event()
    for s in (signal.SIGTERM, signal.SIGINT):
        signal.signal(s, lambda *_: done.set())

    spec = json.loads(sys.stdin.buffer.readline())

    def until_stdin_closes():
        while os.read(0, 4096):
            pass
        done.set()

    threading.Thread(target=until_stdin_closes, daemon=True).start()
    world = World(spec, args.dir)
    try:
        with world:
            print(json.dumps({"env": str(world.d / "env.json"), "pid": os.getpid(), "ready_after_s": world.start_seconds}), flush=True)
            done.wait()
    except BrokenPipeError:  # nobody is there any more to read the line
        pass
    finally:
        if not args.keep:
            shutil.rmtree(world.d, ignore_errors=True)


if __name__ == "__main__":
    main()
