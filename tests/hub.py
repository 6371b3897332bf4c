"""What huggingface_hub asks of the hub to list, read and commit files, answered from memory.

A stand-in for the hub, which tests cannot reach: the client is the real one. It has one data set, by default
`me/runs`, of which every revision is the newest, and stores every file as a plain one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

REPOSITORY = "datasets/me/runs"
_COMMIT = re.compile("[0-9a-f]{40}")


class Hub(ThreadingHTTPServer):
    """A server of a thread of its own. files: what is in the repository now; commits: how many were made.

    home: a folder for what the client keeps of what it has fetched. Every hub has the same commits with other
    content, so they must not share one.
    """

    daemon_threads = True

    def __init__(self, home: Path, repository: str = REPOSITORY) -> None:
        self.home = home
        self.repository = repository
        self.files: dict[str, bytes] = {}
        self.commits = 0
        self.lock = Lock()
        super().__init__(("127.0.0.1", 0), _Handler)
        Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def settings(self) -> dict[str, str]:
        """The environment variables that make the client ask here."""
        keep = {"HF_HOME": str(self.home), "HF_HUB_CACHE": str(self.home / "hub")}
        return {"HF_ENDPOINT": self.address, "HF_TOKEN": "hf_test", "HF_HUB_OFFLINE": "0"} | keep

    def close(self) -> None:
        self.shutdown()
        self.server_close()

    def revision(self) -> str:
        return hashlib.sha1(str(self.commits).encode()).hexdigest()

    def commit(self, lines: list[dict[str, Any]]) -> None:
        with self.lock:
            for line in lines:
                value = line["value"]
                if line["key"] == "file":
                    self.files[value["path"]] = base64.b64decode(value["content"])
                elif line["key"] == "deletedFile":
                    del self.files[value["path"]]
                elif line["key"] != "header":
                    raise ValueError(f"a commit of {line['key']}")
            self.commits += 1

    def entry(self, path: str) -> dict[str, Any]:
        if path in self.files:
            oid = hashlib.sha1(self.files[path]).hexdigest()
            return {"type": "file", "path": path, "size": len(self.files[path]), "oid": oid}
        return {"type": "directory", "path": path, "size": 0, "oid": "0" * 40}

    def tree(self, folder: str, recursive: bool) -> list[dict[str, Any]] | None:
        """What is in a folder; None if there is no such folder."""
        start = f"{folder}/" if folder else ""
        inside = sorted(path[len(start) :].split("/") for path in self.files if path.startswith(start))
        if folder and not inside:
            return None
        found = {}
        for parts in inside:
            for length in range(1, 1 + (len(parts) if recursive else 1)):
                found[start + "/".join(parts[:length])] = None
        return [self.entry(path) for path in found]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def hub(self) -> Hub:
        return cast(Hub, self.server)

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        match self._asked(unquote(url.path)):
            case "" | "revision", revision, _:
                sha = revision if _COMMIT.fullmatch(revision) else self.hub.revision()
                siblings = [{"rfilename": path} for path in sorted(self.hub.files)]
                self._answer({"id": self.hub.repository, "sha": sha, "siblings": siblings})
            case "tree", _, folder:
                recursive = parse_qs(url.query).get("recursive", [""])[0].lower() == "true"
                found = self.hub.tree(folder, recursive)
                self._missing("EntryNotFound") if found is None else self._answer(found)
            case "resolve", revision, name:
                content = self.hub.files.get(name)
                self._missing("EntryNotFound") if content is None else self._file(content, revision)
            case _:
                self._missing("RepoNotFound")

    def _asked(self, path: str) -> tuple[str, str, str] | None:
        """What of the repository, of which revision, and which path there; None if of another repository."""
        path = path.removeprefix("/api")
        if not f"{path}/".startswith(f"/{self.hub.repository}/"):
            return None
        parts = [*path.removeprefix(f"/{self.hub.repository}").split("/", 3)[1:], "", "", ""]
        return parts[0], parts[1], parts[2]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        path = unquote(urlsplit(self.path).path)
        repository = f"{self.hub.address}/{self.hub.repository}"
        match self._asked(path):
            case "paths-info", _, _:
                asked = parse_qs(body.decode())["paths"]
                there = (each for each in asked if each in self.hub.files or self.hub.tree(each, False))
                self._answer([self.hub.entry(each) for each in there])
            case "preupload", _, _:
                files = [each["path"] for each in json.loads(body)["files"]]
                mode = {"uploadMode": "regular", "shouldIgnore": False}
                self._answer({"files": [{"path": each, **mode} for each in files]})
            case "commit", _, _:
                self.hub.commit([json.loads(line) for line in body.splitlines()])
                revision = self.hub.revision()
                url = f"{repository}/commit/{revision}"
                self._answer({"commitUrl": url, "commitOid": revision, "success": True})
            case _ if path == "/api/repos/create":
                self._answer({"url": repository})
            case _ if path.endswith("/validate-yaml"):
                self._answer({"errors": [], "warnings": []})
            case _:
                self._missing("RepoNotFound")

    def _file(self, content: bytes, revision: str) -> None:
        commit = revision if _COMMIT.fullmatch(revision) else self.hub.revision()
        headers = {"ETag": hashlib.sha1(content).hexdigest(), "X-Repo-Commit": commit}
        asked = self.headers.get("range")
        if asked is None:
            self._send(200, content, headers)
            return
        first, last = asked.removeprefix("bytes=").split("-")
        part = content[int(first) : int(last) + 1 if last else None]
        headers["Content-Range"] = f"bytes {first}-{int(first) + len(part) - 1}/{len(content)}"
        self._send(206, part, headers)

    def _answer(self, value: object) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _missing(self, code: str) -> None:
        self._send(404, b"{}", {"X-Error-Code": code})

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
