"""What --push-to-hub uploads, over HTTP, to a hub on loopback that takes what the real one's client sends."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

ROW = {"program_id": "p", "source": "print(int(input()) + 1)\n", "inputs": ["4\n", "5\n"]}


class Hub(BaseHTTPRequestHandler):
    """The calls of a client that makes a repository and commits small files to it."""

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self._answer({"id": "someone/traces", "sha": "0" * 40, "siblings": []})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.calls.append((self.path, self.headers.get("Authorization")))
        if self.server.refuses:
            return self._answer({"error": "Invalid username or password."}, 401)
        if self.path == "/api/repos/create":
            self.server.created = json.loads(body)
            return self._answer({"url": self.server.url})
        if self.path == "/api/validate-yaml":
            card = json.loads(body)
            assert card["repoType"] == "dataset"
            assert card["content"].startswith("---\nlanguage:")
            return self._answer({"errors": [], "warnings": []})
        if "/preupload/" in self.path:
            files = [{"path": each["path"], "uploadMode": "regular", "shouldIgnore": False}
                     for each in json.loads(body)["files"]]  # fmt: skip
            return self._answer({"files": files})
        if "/commit/" in self.path:
            for line in body.splitlines():
                entry = json.loads(line)
                if entry["key"] == "file":
                    assert entry["value"]["encoding"] == "base64"
                    content = base64.b64decode(entry["value"]["content"])
                    self.server.files[entry["value"]["path"]] = content
            url = f"{self.server.url}/commit/{'0' * 40}"
            return self._answer({"commitUrl": url, "commitOid": "0" * 40, "success": True})
        return self._answer({"error": f"no such call: {self.path}"}, 404)

    def _answer(self, value, status=200):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.url = f"http://127.0.0.1:{server.server_port}/datasets/someone/traces"
    server.calls, server.files, server.created, server.refuses = [], {}, None, False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def push(hub, tmp_path):
    source = tmp_path / "p.jsonl"
    source.write_text(json.dumps(ROW) + "\n")
    command = [sys.executable, "-m", "harness.build_traces", "--source", str(source)]
    flags = ["--out", str(tmp_path / "data"), "--push-to-hub", "someone/traces"]
    environment = {
        **os.environ,
        "HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}",
        "HF_TOKEN": "hf_test",
        "HF_HUB_OFFLINE": "0",
        "HF_HOME": str(tmp_path / "home"),
        "HF_HUB_DISABLE_XET": "1",
    }
    return subprocess.run([*command, *flags], env=environment, capture_output=True, text=True, check=False)


def test_the_folder_and_its_card_arrive_whole(hub, tmp_path):
    done = push(hub, tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"Pushed to {hub.url}" in done.stdout
    assert hub.created["type"] == "dataset"
    assert hub.created["name"] == "traces"
    assert all(token == "Bearer hf_test" for _, token in hub.calls)
    folder = tmp_path / "data"
    ours = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert hub.files == ours
    assert hub.files["README.md"].startswith(b"---\n")
    assert any(name.startswith("nlex/") for name in hub.files)


def test_a_refusal_is_one_line_and_the_data_set_stays(hub, tmp_path):
    hub.refuses = True
    done = push(hub, tmp_path)
    assert done.returncode == 2
    complaint = done.stderr.strip().splitlines()[-1]
    assert "--push-to-hub someone/traces: Client error '401 Unauthorized'" in complaint
    assert "is complete in" in complaint
    assert "Traceback" not in done.stderr
    assert (tmp_path / "data" / "README.md").is_file()
