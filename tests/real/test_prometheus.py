"""Debian's Prometheus: its promtool on our files and metrics, and itself scraping netkit."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager

from measured_windows import BEGIN_NS, MINUTE_NS, window
from prometheus_files import FOLDER, RULES, dashboard_expressions
from waiting import until

from netkit.monitor.exposition.text import plain_text
from netkit.monitor.exposition.totals import Totals, bucket_bounds_ns
from netkit.probe.scrape.own_process import serve_apart
from netkit.probe.scrape.server import MetricsServer
from netkit.workflows.monitoring.metrics import MetricsOptions, Scraped


def promtool(*words, **more):
    return subprocess.run(["promtool", *words], capture_output=True, text=True, check=False, **more)


def test_rules_are_ones():
    done = promtool("check", "rules", *map(str, RULES))
    assert done.returncode == 0, done.stderr


def test_rules_do_what_their_tests_say():
    done = promtool("test", "rules", "netkit.test.yml", cwd=FOLDER)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_test_of_rules_can_fail(tmp_path):
    for file in FOLDER.glob("*.yml"):
        text = file.read_text().replace("for: 3m", "for: 30m")
        (tmp_path / file.name).write_text(text)
    assert promtool("test", "rules", "netkit.test.yml", cwd=tmp_path).returncode != 0


def test_metrics_keep_the_conventions():
    totals = Totals(bucket_bounds_ns())
    for one in (window(), window(observer="shanghai")):
        totals.add(one)
    done = promtool("check", "metrics", input=plain_text(totals, "1"))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
  - job_name: netkit
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


@contextmanager
def served():
    """The port at which windows of the last minute are told."""
    minute = (time.time_ns() - BEGIN_NS) // MINUTE_NS - 1
    kept = [window(minute=minute, lost=1), window("shanghai", "xian", minute, forward_us=[-3, 4])]
    server = MetricsServer(port=0)
    port = server.port
    scraped = Scraped(lambda selection: kept, MetricsOptions(), time.time_ns)
    child = serve_apart(server, lambda: scraped.text)
    try:
        yield port
    finally:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def prometheus(folder, scraped_port):
    """The URL of a Prometheus that scrapes that port of loopback; its data are in a folder."""
    rules = ", ".join(f'"{file}"' for file in RULES)
    (folder / "prometheus.yml").write_text(CONFIG.format(rules=rules, port=scraped_port))
    port = free_port()
    command = (
        "prometheus", f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    )  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}/api/v1"
        finally:
            process.terminate()


def asked(url, **words):
    with urllib.request.urlopen(f"{url}?{urllib.parse.urlencode(words)}", timeout=10) as told:
        return json.load(told)["data"]


def found(api, expression):
    try:
        return asked(f"{api}/query", query=expression)["result"]
    except OSError:
        return []


def test_prometheus_scrapes_netkit_and_answers_the_dashboard(tmp_path):
    with served() as port, prometheus(tmp_path, port) as api:
        until(lambda: found(api, 'up{job="netkit"} == 1'), "a scrape")
        (target,) = asked(f"{api}/targets")["activeTargets"]
        assert (target["health"], target["lastError"]) == ("up", "")
        (sent,) = found(api, 'netkit_probes_sent_total{src="beijing"}')
        assert sent["value"][1] == "3"
        over = found(
            api, 'netkit_owd_seconds_bucket{src="beijing", direction="forward", le="0.01"}'
        )
        assert [one["value"][1] for one in over] == ["2"]
        until(lambda: found(api, "netkit:tier_margin:seconds"), "a rule")
        groups = asked(f"{api}/rules")["groups"]
        assert {rule["health"] for group in groups for rule in group["rules"]} == {"ok"}
        for expression in dashboard_expressions():
            assert asked(f"{api}/query", query=expression)["resultType"] == "vector"
