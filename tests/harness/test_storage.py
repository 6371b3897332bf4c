"""Runs and data sets on object storage are those of a folder, resume included; on a real S3 server."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pyarrow.fs as pafs
import pytest

from harness import runs
from harness.storage import ObjectPath, place
from harness.tracing.tables import Dataset
from selfexec.errors import UsageError

pytest.importorskip("moto", reason="needs moto's S3 server: pip install -e '.[dev]'")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture(scope="module")
def server():
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL
    )
    wait_for(port)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture
def bucket(server, monkeypatch, request):
    for name, value in (
        ("AWS_ENDPOINT_URL", server),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    name = f"b{abs(hash(request.node.name))}"
    pafs.S3FileSystem(allow_bucket_creation=True, endpoint_override=server).create_dir(name)
    return f"s3://{name}"


def command(module, *arguments, **keywords):
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)], capture_output=True, text=True, **keywords
    )


def evaluate(out, *more, n=2):
    return ["--bench", "starter", "--limit", 6, "-n", n, "--engine", "replay", "--ks", 1, "--out", out, *more]


MEASURED = {"cpu_ms", "wall_ms", "max_rss_kb", "detail"}


def table_rows(directory):
    run = runs.open_run(directory)
    return {
        name: [{key: row[key] for key in row.keys() - MEASURED} for row in run[name].rows()]
        for name in runs.SCHEMAS
    }


def test_an_evaluation_into_a_bucket_is_the_one_into_a_folder_and_is_reported(bucket, tmp_path):
    done = command("harness.eval", *evaluate(f"{bucket}/runs/one"))
    assert done.returncode == 0, done.stderr
    assert command("harness.eval", *evaluate(tmp_path / "here")).returncode == 0
    assert table_rows(place(f"{bucket}/runs/one")) == table_rows(tmp_path / "here")
    report = command("harness.report", f"{bucket}/runs/one", "--out", tmp_path / "report", "--json")
    local = command("harness.report", tmp_path / "here", "--out", tmp_path / "report", "--json")
    assert report.returncode == 0, report.stderr
    first, second = (json.loads(each.stdout.splitlines()[0]) for each in (report, local))
    assert {name: value for name, value in first.items() if name != "run"} == {
        name: value for name, value in second.items() if name != "run"
    }
    checked = command("harness.report", "--verify", f"{bucket}/runs/one")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_run_that_is_there_is_refused_and_grows_with_resume(bucket):
    out = f"{bucket}/run"
    assert command("harness.eval", *evaluate(out)).returncode == 0
    again = command("harness.eval", *evaluate(out))
    assert again.returncode == 2
    assert "add --resume" in again.stderr
    parts = set(map(str, place(out).rglob("*.parquet")))
    grown = command("harness.eval", *evaluate(out, "--resume", n=3))
    assert grown.returncode == 0, grown.stderr
    assert len(table_rows(place(out))["solutions"]) == 18
    assert parts < set(map(str, place(out).rglob("*.parquet")))


def test_a_killed_run_is_resumed_to_the_same_tables(bucket, tmp_path):
    out = f"{bucket}/killed"
    arguments = [sys.executable, "-m", "harness.eval", *map(str, evaluate(out, n=6))]
    process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not any(place(out).rglob("*.parquet")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    resumed = command("harness.eval", *evaluate(out, "--resume", n=6))
    assert resumed.returncode == 0, resumed.stderr
    assert command("harness.eval", *evaluate(tmp_path / "here", n=6)).returncode == 0
    assert table_rows(place(out)) == table_rows(tmp_path / "here")


def test_a_second_process_is_noticed_and_overwrites_nothing(bucket):
    directory = place(f"{bucket}/shared")
    row = {name: None for name in runs.SCHEMAS["executions"].names}
    first, second = runs.Run(directory), runs.Run(directory)
    first["executions"].buffer.append(row | {"problem_id": "a"})
    first.flush()
    second["executions"].buffer.append(row | {"problem_id": "b"})
    with pytest.raises(UsageError, match="another process"):
        second.flush()
    assert [each["problem_id"] for each in runs.Run(directory)["executions"].rows()] == ["a"]


MANIFEST = {"determines": {"seed": 0}}


def test_a_second_process_is_refused_at_its_start_and_welcome_when_the_first_has_ended(bucket, monkeypatch):
    monkeypatch.setattr("harness.storage.LEASE_SECONDS", 0.2)
    directory = place(f"{bucket}/leased")
    first = runs.create(directory, MANIFEST, resume=False)
    for _ in range(2):
        with pytest.raises(UsageError, match="in use by another process"):
            runs.create(directory, MANIFEST, resume=True)
    first.close()
    runs.create(directory, MANIFEST, resume=True).close()
    assert [path.name for path in directory.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_lease_of_a_killed_process_does_not_hold_a_run_up(bucket, monkeypatch, elsewhere):
    monkeypatch.setattr("harness.storage.LEASE_SECONDS", 1.0)
    directory = place(f"{bucket}/left")
    script = (
        "import os, sys\nfrom harness import runs\nfrom harness.storage import place\n"
        f"runs.create(place(sys.argv[1]), {MANIFEST}, resume=False)\nos._exit(1)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(directory)])
    assert (directory / runs.LOCK_NAME).exists()
    if elsewhere:
        monkeypatch.setattr("harness.storage._host", lambda: "another machine")
    sleep, waits = time.sleep, []
    monkeypatch.setattr("harness.storage.time.sleep", lambda seconds: (waits.append(seconds), sleep(seconds)))
    runs.create(directory, MANIFEST, resume=True).close()
    assert bool(waits) is elsewhere  # a process of this machine is known to be gone, of another it is not


def test_traces_in_a_bucket_are_those_of_a_folder_and_resume(bucket, tmp_path):
    def build(out, *more):
        return command("harness.build_traces", "--source", "starter", "--limit", 6, "--out", out, *more)

    out = f"{bucket}/traces"
    done = build(out)
    assert done.returncode == 0, done.stderr
    assert build(tmp_path / "here").returncode == 0
    there = place(out)
    names = sorted(path.name for path in there.rglob("*.parquet"))
    assert names == sorted(path.name for path in (tmp_path / "here").rglob("*.parquet"))
    assert list(Dataset(there).rows("nlex")) == list(Dataset(tmp_path / "here").rows("nlex"))
    assert build(out).returncode == 2
    for mark in list((there / "done").glob("*.json")):
        mark.unlink()
    assert build(out, "--resume").returncode == 0
    assert sorted(path.name for path in there.rglob("*.parquet")) == names


@pytest.fixture
def google_bucket():
    """On Google's protocol; the server is no part of the development tools, since nobody keeps it up."""
    pytest.importorskip("gcp_storage_emulator", reason="needs a server: pip install gcp-storage-emulator")
    port = free_port()
    arguments = ["start", "--host=127.0.0.1", f"--port={port}", "--in-memory", "--default-bucket=bucket"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gcp_storage_emulator", *arguments], stderr=subprocess.DEVNULL
    )
    wait_for(port)
    yield f"gs://anonymous@bucket/run?scheme=http&endpoint_override=127.0.0.1:{port}"
    process.kill()
    process.wait()


def test_a_run_on_google_storage_is_locked_written_and_resumed(google_bucket, monkeypatch):
    monkeypatch.setattr("harness.storage.LEASE_SECONDS", 0.2)
    directory = place(google_bucket)
    row = {name: None for name in runs.SCHEMAS["executions"].names}
    first = runs.create(directory, MANIFEST, resume=False)
    first.append("executions", [row | {"problem_id": "a"}])
    first.flush()
    with pytest.raises(UsageError, match="in use by another process"):
        runs.create(directory, MANIFEST, resume=True)
    first.close()
    again = runs.create(place(google_bucket), MANIFEST, resume=True)
    again.append("executions", [row | {"problem_id": "b"}])
    again.close()
    assert [each["problem_id"] for each in runs.open_run(directory)["executions"].rows()] == ["a", "b"]


def test_a_store_that_cannot_be_reached_is_named():
    with pytest.raises(UsageError, match=r"gs://anonymous@bucket.* cannot be reached"):
        place("gs://anonymous@bucket/run?scheme=http&endpoint_override=127.0.0.1:9&retry_limit_seconds=1")


def test_a_bucket_that_is_not_there_is_named(bucket):
    done = command("harness.eval", *evaluate("s3://no-such-bucket/run"))
    assert done.returncode == 2
    assert "s3://no-such-bucket/run" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("url", ["ftp://host/run", "https://host/run"])
def test_another_scheme_is_refused(url):
    with pytest.raises(UsageError, match=r"s3://, gs://, hf://"):
        place(url)


def test_an_object_path_behaves_as_a_path_does(tmp_path):
    """On a folder of this machine seen through the same interface."""
    root = ObjectPath("s3", pafs.SubTreeFileSystem(str(tmp_path), pafs.LocalFileSystem()), "run")
    os.makedirs(tmp_path / "run/a")
    (root / "x.json").write_text("é")
    (root / "a" / "y.json").write_bytes(b"1")
    assert (root / "x.json").read_text("utf-8") == "é"
    assert [path.name for path in root.glob("*.json")] == ["x.json"]
    assert sorted(path.name for path in root.rglob("*.json")) == ["x.json", "y.json"]
    assert (root / "a").is_dir()
    assert not (root / "b").exists()
    assert root.parts[1:] == ("run",)
    assert str(root / "x.json") == "s3://run/x.json"
    (root / "x.json").unlink()
    assert not (root / "x.json").is_file()
