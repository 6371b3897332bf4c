"""Programs in C++ are compiled in the jail and run there: the host lends a compiler and no more."""

import shutil

import pytest

from sandboxes import native
from sandboxes.outcome import MEBIBYTE, Limits, Program
from selfexec.errors import UsageError

pytestmark = pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")
LIMITS = Limits(cpu_s=0.5, wall_s=20, memory_bytes=128 * MEBIBYTE, execute=True)
# Says on stderr which of its attempts succeeded: none may.
CURIOUS = r"""
#include <cstdio>
#include <cstring>
#include <fstream>
#include <netinet/in.h>
#include <signal.h>
#include <string>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char** argv) {
    for (const char* path : {"/etc/passwd", HOSTFILE, "/proc/1/environ", "/root/.bashrc"})
        if (std::ifstream(path).good()) fprintf(stderr, "read %s\n", path);
    for (const char* path : {"/usr/new", "/etc/new", "/new", HOSTFILE})
        if (std::ofstream(path).good()) fprintf(stderr, "wrote %s\n", path);
    for (int family : {AF_INET, AF_INET6, AF_UNIX})
        if (socket(family, SOCK_STREAM, 0) >= 0) fprintf(stderr, "socket\n");
    if (kill(1, 0) == 0 || kill(getppid(), 0) == 0 || kill(-1, 0) == 0) fprintf(stderr, "kill\n");
    if (ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0) fprintf(stderr, "ptrace\n");
    pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0) fprintf(stderr, "fork\n");
    for (int fd = 3; fd < 64; fd++) {
        char c = 0;
        if (fd != 3 && write(fd, &c, 1) == 1) fprintf(stderr, "wrote to descriptor %d\n", fd);
    }
    std::ifstream given("given");
    std::string text;
    given >> text;
    printf("%s %s\n", text.c_str(), argv[1]);
}
"""


@pytest.fixture
def run(pool):
    def run(source, limits=LIMITS, **files):
        executable = native.compile_program(pool, source)
        (outcome,) = native.run_program(pool, executable, ["given"], [files], limits)
        return outcome

    return run


def test_a_program_finds_its_files_and_arguments_and_nothing_of_the_host(run, tmp_path):
    tmp_path.chmod(0o755)
    secret = tmp_path / "secret"
    secret.write_text("secret")
    outcome = run(CURIOUS.replace("HOSTFILE", f'"{secret}"'), given=b"21\n")
    assert (outcome.exit, outcome.stdout, outcome.stderr) == (0, b"21 given\n", b"")
    assert secret.read_text() == "secret"


def test_limits_hold_for_it_and_its_signals_are_told(run):
    assert run("int main() { for (volatile int i = 0;; i++) {} }").killed == "cpu"
    assert (
        run("#include <unistd.h>\nint main() { pause(); }", Limits(wall_s=0.2, execute=True)).killed == "wall"
    )
    assert run("int main() { *(volatile int*)0 = 1; }").signal == 11
    assert run("#include <cstdlib>\nint main() { std::abort(); }").signal == 6
    assert run("#include <vector>\nint main() { std::vector<char> v(1u << 30, 1); }").signal == 6
    assert run("int main() { return 3; }").exit == 3
    flood = run("#include <cstdio>\nint main() { for (;;) puts(\"xxxxxxxxxxxxxxxxxxxx\"); }",
                Limits(output_bytes=MEBIBYTE, file_bytes=MEBIBYTE, execute=True))  # fmt: skip
    assert flood.truncated


def test_headers_come_from_the_folders_that_the_user_names_and_from_no_other(pool, tmp_path, monkeypatch):
    (tmp_path / "outer.h").write_text('#include "inner.h"\n')
    (tmp_path / "inner.h").write_text("const int status = 7;\n")
    source = '#include "outer.h"\nint main() { return status; }\n'
    monkeypatch.delenv("CPLUS_INCLUDE_PATH", raising=False)
    with pytest.raises(UsageError, match=r"outer\.h.*CPLUS_INCLUDE_PATH") as caught:
        native.compile_program(pool, source)
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError):
        native.compile_program(pool, f'#include "{tmp_path}/inner.h"\nint main() {{ return status; }}\n')
    monkeypatch.setenv("CPLUS_INCLUDE_PATH", str(tmp_path))
    executable = native.compile_program(pool, source)
    assert native.run_program(pool, executable, [], [{}], LIMITS)[0].exit == 7


def test_no_secret_of_the_host_can_be_compiled_in(pool, tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "secret").write_text("secret")
    source = f'asm(".incbin \\"{tmp_path}/secret\\"");\nint main() {{}}\n'
    with pytest.raises(UsageError, match="does not compile"):
        native.compile_program(pool, source)


def test_a_program_in_python_may_become_another_only_where_that_is_allowed(namespaces):
    program = Program("import os, sys\nos.execv(sys.executable, ['x', '-S', '-c', 'print(42)'])")
    assert namespaces.run(program, [b""], Limits())[0].exit == 1
    assert namespaces.run(program, [b""], Limits(execute=True))[0].stdout == b"42\n"
    fork = Program("import os\nos.fork()")
    assert namespaces.run(fork, [b""], Limits(execute=True))[0].exit == 1
