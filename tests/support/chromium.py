"""Debian's Chromium, driven over its debugging pipe (Chrome DevTools Protocol): no other library.

https://chromedevtools.github.io/devtools-protocol/ ; messages are JSON, each ended by a NUL.
"""

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

CHROMIUM = shutil.which("chromium")
_FLAGS = (
    "--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run",
    "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip


class Browser:
    """One page of one browser; ``complaints`` are console errors, exceptions and CSP violations."""

    def __init__(self, process, write_fd, read_fd):
        self._process, self._out, self._in = process, write_fd, read_fd
        self._number, self._buffer, self._session = 0, b"", None
        self.complaints, self.requests, self._loaded = [], [], False
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **params):
        """Send a command and wait for its answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            heard = self._hear()
            if heard.get("id") == self._number:
                if "error" in heard:
                    raise RuntimeError(f"{method}: {heard['error']}")
                return heard["result"]

    def _hear(self):
        while b"\0" not in self._buffer:
            piece = os.read(self._in, 1 << 20)
            if not piece:
                raise RuntimeError("the browser has gone")
            self._buffer += piece
        text, _, self._buffer = self._buffer.partition(b"\0")
        heard = json.loads(text)
        self._note(heard.get("method"), heard.get("params", {}))
        return heard

    def _note(self, method, params):
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"]["exception"].get("description", "?"))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.complaints.append(str(params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def open(self, path, fragment=""):
        """Load a file afresh and wait until its load event."""
        self._go("about:blank")
        self.requests.clear()
        self._go(f"{Path(path).as_uri()}{fragment}")

    def visit(self, url):
        """Load what is served at an address, and wait until its load event."""
        self._go("about:blank")
        self.requests.clear()
        self._go(url)

    def _go(self, url):
        self._loaded = False
        self.ask("Page.navigate", url=url)
        while not self._loaded:
            self._hear()

    def run(self, script):
        """The value of an expression in the page; a promise is awaited."""
        answer = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description"))
        return answer["result"].get("value")

    def screen(self, width, height, *, dark=False, touch=False):
        """Set the size of the window, the colour scheme, and whether it is a phone."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=1, mobile=touch)  # fmt: skip
        self.ask("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])  # fmt: skip

    def key(self, key):
        """Press and let go of a key."""
        codes = {"Enter": 13, "ArrowRight": 39, "ArrowDown": 40, "ArrowLeft": 37, "ArrowUp": 38,
                 "Tab": 9}  # fmt: skip
        text = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 else {}
        code = codes.get(key, 0)
        for kind, typed in (("keyDown", text), ("keyUp", {})):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code,
                     **typed)  # fmt: skip

    def picture(self, path):
        """What is in the window, as PNG."""
        Path(path).write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))

    def printed(self, path):
        """The page as PDF."""
        data = self.ask("Page.printToPDF", landscape=True, printBackground=True)["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def close(self):
        """End the browser."""
        self._session = None
        with contextlib.suppress(RuntimeError, BrokenPipeError):
            self.ask("Browser.close")
        self._process.wait(300)


@contextlib.contextmanager
def browser():
    """A browser with a profile of its own, ended with the block."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()

    def place():  # the browser reads commands from 3 and answers on 4
        low_in, low_out = os.dup(theirs_in), os.dup(theirs_out)
        os.dup2(low_in, 3)
        os.dup2(low_out, 4)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [CHROMIUM, *_FLAGS, f"--user-data-dir={profile}"], preexec_fn=place, close_fds=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        made = Browser(process, ours_out, ours_in)
        try:
            yield made
        finally:
            made.close()
            os.close(ours_out)
            os.close(ours_in)
