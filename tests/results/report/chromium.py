"""A headless Chromium, driven over a pipe by its DevTools protocol: no driver and no socket."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 30.0


def chromium() -> str | None:
    """The program, where one is installed."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


# The browser reads commands from file descriptor 3 and answers on 4.
_LAUNCH = """
import os, sys
ends = [os.dup2(int(end), 50 + k) for k, end in enumerate(sys.argv[1:3])]
for k, end in enumerate(ends):
    os.dup2(end, 3 + k)
os.closerange(5, 60)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """One page of a browser.

    Attributes
    ----------
    events : list of dict
        Everything that the browser told: console messages, errors, and requests.
    """

    def __init__(self, program: str, folder: Path) -> None:
        here, there = os.pipe(), os.pipe()
        command = [
            *(program, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu"),
            *("--no-first-run", "--disable-extensions", "--disable-background-networking"),
            *("--disable-dev-shm-usage", f"--user-data-dir={folder}", "about:blank"),
        ]
        self.to, self.fro = there[1], here[0]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, str(there[0]), str(here[1]), *command],
            pass_fds=(there[0], here[1]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder)},
        )
        os.close(there[0])
        os.close(here[1])
        self.events: list[dict[str, Any]] = []
        self.unread, self.number, self.session = b"", 0, None
        targets = self.ask("Target.getTargets")["targetInfos"]
        target = next(t["targetId"] for t in targets if t["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> Any:
        """What the browser answers to a command."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self.number:
            self.events.append(answer)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def _read(self) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.fro], [], [], max(0.0, until - time.monotonic()))
            more = os.read(self.fro, 1 << 16) if ready else b""
            if not more:
                raise AssertionError("the browser does not answer")
            self.unread += more
        message, _, self.unread = self.unread.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def open(self, path: Path, width: int = 1200, height: int = 900, *, dark: bool = False) -> None:
        """Show a file in a window of a width."""
        self.events.clear()
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask("Page.navigate", url=path.resolve().as_uri())
        until = time.monotonic() + PATIENCE
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            assert time.monotonic() < until
            self.events.append(self._read())

    def run(self, expression: str) -> Any:
        """The value of an expression of JavaScript."""
        done = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def without_script(self, off: bool = True) -> None:
        """Whether pages opened next run no script."""
        self.ask("Emulation.setScriptExecutionDisabled", value=off)

    def picture(self, path: Path) -> None:
        """The whole page as a PNG."""
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def printed(self) -> bytes:
        """The page as a PDF."""
        done = self.ask("Page.printToPDF", preferCSSPageSize=True)
        return base64.b64decode(done["data"])

    @property
    def troubles(self) -> list[str]:
        """Errors and messages of the console."""
        wrong = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        return [json.dumps(event["params"]) for event in self.events if event.get("method") in wrong]

    @property
    def requests(self) -> list[str]:
        """Addresses that were asked for, but for the file itself and what is inside it."""
        sent = [e["params"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        addresses = [params["request"]["url"] for params in sent]
        return [url for url in addresses if not url.startswith(("data:", "file:"))]

    @property
    def files(self) -> list[str]:
        """Files that were read."""
        sent = [e["params"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        return [p["request"]["url"] for p in sent if p["request"]["url"].startswith("file:")]

    def close(self) -> None:
        """End the browser."""
        os.close(self.to)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        os.close(self.fro)
