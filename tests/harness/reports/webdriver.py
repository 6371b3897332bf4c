"""A headless Chromium driven over the WebDriver protocol, with the standard library alone."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
MISSING = (
    None if CHROMIUM and DRIVER else "needs chromium and chromedriver (Debian: chromium, chromium-driver)"
)

KEYS = {"Enter": "\ue007", "ArrowDown": "\ue015", "ArrowUp": "\ue013", "End": "\ue010", "Escape": "\ue00c"}
OURS = "the last message until"


class Browser:
    """One window. Leaving the `with` block ends the browser and removes its profile."""

    def __init__(self, profile: Path, width: int = 1280, height: int = 900) -> None:
        profile.mkdir(parents=True)
        # Debian's launcher asks for the size of the shared memory and gets it wrong in some containers.
        environment = {**os.environ, "TMPDIR": str(profile)}
        self._log = (profile / "driver.log").open("w+")
        self._driver = subprocess.Popen(
            [DRIVER, "--port=0"], stdout=self._log, stderr=subprocess.STDOUT, env=environment
        )
        self._base = f"http://127.0.0.1:{self._port(profile / 'driver.log')}"
        arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            f"--user-data-dir={profile / 'profile'}",
            f"--window-size={width},{height}",
        ]
        options = {"binary": CHROMIUM, "args": arguments}
        capabilities = {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"script": 60_000, "pageLoad": 60_000},
        }
        answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._session = f"/session/{answer['sessionId']}"

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._call("DELETE", self._session)
        finally:
            self._driver.terminate()
            self._driver.wait(20)
            self._log.close()

    def open(self, path: Path, fragment: str = "") -> None:
        self._call("POST", f"{self._session}/url", {"url": path.resolve().as_uri() + fragment})

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of a JavaScript function body; one that returns a promise is awaited."""
        return self._call(
            "POST", f"{self._session}/execute/sync", {"script": script, "args": list(arguments)}
        )

    def wait(self, script: str, seconds: float = 20) -> Any:
        """Wait until `script` gives something true, and return it."""
        end = time.monotonic() + seconds
        while not (value := self.run(script)):
            if time.monotonic() > end:
                raise TimeoutError(script)
            time.sleep(0.05)
        return value

    def press(self, *keys: str) -> None:
        actions = []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self._call("POST", f"{self._session}/actions", {"actions": [source]})

    def command(self, method: str, **parameters: Any) -> Any:
        """A command of the DevTools protocol."""
        body = {"cmd": method, "params": parameters}
        return self._call("POST", f"{self._session}/goog/cdp/execute", body)

    def emulate(self, width: int, height: int, dark: bool = False, media: str = "screen") -> None:
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def screenshot(self, path: Path, whole: bool = False) -> None:
        shot = self.command("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def console(self) -> list[str]:
        """Messages since the last call: errors of scripts, refusals of the content security policy.

        They come some time after what they tell of: a message of our own, sent last, shows that all are
        there. Messages of ours may come a second time when a page is left, so earlier ones are dropped too.
        """
        last = f"{OURS} {time.monotonic_ns()}"
        self.run("console.error(arguments[0])", last)
        messages: list[str] = []
        end = time.monotonic() + 20
        while not any(last in message for message in messages):
            if time.monotonic() > end:
                raise TimeoutError(f"the console never said {last!r}, only {messages}")
            rows = self._call("POST", f"{self._session}/se/log", {"type": "browser"})
            messages += [row["message"] for row in rows]
        return [message for message in messages if OURS not in message]

    def _port(self, log: Path) -> int:
        for _ in range(200):
            text = log.read_text()
            if "on port " in text.partition("started successfully")[2]:
                return int(text.partition("started successfully on port ")[2].split(".")[0])
            if self._driver.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"chromedriver did not start: {log.read_text()}")

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=90) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None
