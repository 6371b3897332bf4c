"""Hostile and legitimate programs and the verdict that each must get.

The task is always the same: read an integer n and print 2 n. Every program is judged on the one test 21 -> 42
(unless a row says otherwise) with 128 MiB and more CPU time than it could want: taking memory costs CPU time too,
on a busy machine several times as much, and of two broken limits the time's is named.
"""

from dataclasses import dataclass

from sandboxes.outcome import MEBIBYTE, Limits

LIMITS = Limits(cpu_s=10.0, wall_s=60.0, memory_bytes=128 * MEBIBYTE, output_bytes=4 * MEBIBYTE)
# For what goes on until it is stopped, on one backend at least, and meanwhile fills a disk or a stack.
SHORT = Limits(cpu_s=1.0, wall_s=30.0, memory_bytes=128 * MEBIBYTE, output_bytes=4 * MEBIBYTE)
QUICK = Limits(cpu_s=0.3, wall_s=0.5, memory_bytes=128 * MEBIBYTE, output_bytes=4 * MEBIBYTE)
SPIN = Limits(cpu_s=0.3, wall_s=20.0, memory_bytes=128 * MEBIBYTE, output_bytes=4 * MEBIBYTE)

RIGHT = "print(2 * int(input()))\n"


@dataclass(frozen=True)
class Case:
    """`verdicts`: what it may get. `except_on`: verdicts on a backend that cannot do better, and why."""

    name: str
    verdicts: str
    source: str
    limits: Limits = LIMITS
    stdin: str = "21\n"
    expected: str = "42\n"
    except_on: tuple[tuple[str, str, str], ...] = ()


def case(name, verdicts, source, limits=LIMITS, **more):
    return Case(name, verdicts, source, limits, **more)


WRONG = [
    case("leaves before printing", "WA", "import os; os._exit(0)"),
    case("forges result text", "WA", "print('AC'); print('{\"passed\": true}')"),
    case(
        "walks the caller's frames for the expected output",
        "WA",
        "import sys\nframe = sys._getframe()\nwhile frame:\n    for value in list(frame.f_locals.values()):\n"
        "        if value == '42' or value == '42\\n' or value == b'42\\n': print(42)\n    frame = frame.f_back\n",
    ),
    case(
        "searches the heap for the expected output",
        "WA",
        "import gc\ntext = chr(52) + chr(50) + chr(10)\nfor value in gc.get_objects():\n"
        "    if type(value) in (list, tuple) and (text in value or text.encode() in value): print(42); break\n",
    ),
    case("sets stdout to None", "WA", "import sys; sys.stdout = None; print(42)"),
    case("closes stdout and prints nothing", "WA", "import os; os.close(1)\nimport sys; sys.stdout = None"),
    case("prints with a wrong sign", "WA", "print(-2 * int(input()))"),
    case(
        "writes a result by hand",
        "WA",
        "import os\nos.write(3, b'O 0 0 0 1 1 1 0 0 0 3 0 0'.ljust(128) + b'42\\n')",
    ),
    case("prints to stderr", "WA", "import sys; print(42, file=sys.stderr)"),
    case("prints invalid UTF-8", "WA", "import sys; sys.stdout.buffer.write(b'42\\xff\\n')"),
    case("writes stdin's answer back into stdin", "WA|RE", "import os; os.write(0, b'42')"),
    case("an iterator that answers for len", "WA", "class A(int):\n def __str__(s): return ''\nprint(A(42))"),
]

CRASH = [
    case("exits with 3", "RE", "import sys; sys.exit(3)"),
    case("exits with a message", "RE", "print(42); exit('no')"),
    case("fork bomb", "RE", "import os\nwhile True: os.fork()"),
    case(
        "double-fork daemon",
        "RE",
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(60)\n"
        "    os._exit(0)\nprint(42)",
    ),
    case("subprocess", "RE", "import subprocess; subprocess.run(['/bin/sh', '-c', 'echo 42'])"),
    case("os.system", "WA", "import os; os.system('echo 42')"),
    case("posix_spawn", "RE", "import os, sys; os.posix_spawn('/bin/sh', ['sh'], {})"),
    case("multiprocessing", "RE", "import multiprocessing as m\nm.Process(target=print, args=(42,)).start()"),
    case("vfork by ctypes", "RE", "import ctypes, os\nif ctypes.CDLL(None).vfork() < 0: raise OSError"),
    case(
        "clone3 by ctypes",
        "RE",
        "import ctypes\nargs = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)\n"
        "r = ctypes.CDLL(None).syscall(435, args, 88)\nassert r >= 0, r",
    ),
    case(
        "overflows the C stack",
        "RE",
        "import sys\nsys.setrecursionlimit(10**9)\n"
        "class A:\n    def __repr__(s): return repr([s])\nrepr(A())",
    ),
    case("null pointer by ctypes", "RE", "import ctypes; ctypes.string_at(0)"),
    case("os.abort", "RE", "import os; os.abort()"),
    case("SIGKILL to itself", "RE", "import os; os.kill(os.getpid(), 9)"),
    case("TCP connect", "RE", "import socket; socket.create_connection(('8.8.8.8', 53), 1)"),
    case(
        "UDP",
        "RE",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('8.8.8.8', 53))",
    ),
    case("abstract UNIX socket", "RE", "import socket; socket.socket(socket.AF_UNIX).connect('\\0bus')"),
    case("netlink", "RE", "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)"),
    case("DNS", "RE", "import socket; socket.getaddrinfo('example.org', 80)"),
    case("writes outside /tmp", "RE", "open('/usr/new', 'w')"),
    case("writes into the standard library", "RE", "import os; open(os.__file__, 'a')"),
    case("reads /etc/passwd", "RE", "open('/etc/passwd').read()"),
    case("reads /etc/shadow", "RE", "open('/etc/shadow').read()"),
    case("reads the server's memory", "RE", "open('/proc/1/mem', 'rb').read(1)"),
    case("reads its parent's memory", "RE", "import os; open(f'/proc/{os.getppid()}/mem', 'rb').read(1)"),
    case("reads its parent's environment", "RE", "import os; open(f'/proc/{os.getppid()}/environ').read()"),
    case(
        "process_vm_readv",
        "RE",
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.process_vm_readv(os.getppid(), 0, 0, 0, 0, 0) < 0: raise OSError(ctypes.get_errno())",
    ),
    case(
        "executes a memfd",
        "RE",
        "import os\nfd = os.memfd_create('x')\nos.write(fd, b'#!/bin/sh\\necho 42\\n')\n"
        "os.execve(fd, ['x'], {})",
    ),
    case("raises its own limits", "RE", "import resource as r; r.setrlimit(r.RLIMIT_AS, (1 << 50, 1 << 50))"),
    case("raises its CPU limit", "RE", "import resource as r; r.setrlimit(r.RLIMIT_CPU, (9999, 9999))"),
    case(
        "lowers the server's limits",
        "RE",
        "import os, resource as r; r.prlimit(os.getppid(), r.RLIMIT_CPU, (0, 0))",
    ),
    case("prints a lone surrogate", "RE", "print('\\ud800')"),
    case("becomes root", "RE", "import os; os.setuid(0)\nassert os.getuid() == 1"),
    case("chroot", "RE", "import os; os.chroot('/tmp')"),
    case("changes the host name", "RE", "import socket; socket.sethostname('x')"),
    case("sets the clock", "RE", "import time; time.clock_settime(time.CLOCK_REALTIME, 0)"),
    case("makes a device", "RE", "import os, stat; os.mknod('d', stat.S_IFBLK | 0o666, os.makedev(8, 0))"),
    case(
        "sends SIGIO to its parent",
        "RE",
        "import fcntl, os\nr, w = os.pipe()\nfcntl.fcntl(r, 8, os.getppid())",
    ),
    case("uncaught exception after printing", "RE", "print(42); 1/0"),
    case("opens too many files", "RE", "x = []\nwhile True: x.append(open('/dev/null'))"),
    case(
        "writes a file that is too large", "RE", "f = open('big', 'wb')\nwhile True: f.write(bytes(1 << 20))"
    ),
    case(
        "fills /tmp with many files",
        "RE",
        "i = 0\nwhile True:\n    open(f'{i}', 'wb').write(bytes(1 << 20)); i += 1",
        SHORT,
        except_on=(("confined", "RE|TLE", "its scratch directory is the host's, without a size"),),
    ),
    case(
        "SystemExit in a thread does not end it, an error does",
        "RE",
        "import threading\nthreading.Thread(target=exit).start()\nraise ValueError",
    ),
]

SLOW = [
    case("while 1", "TLE", "while 1: pass", SPIN),
    case("sleeps", "TLE", "import time; time.sleep(60)", QUICK),
    case(
        "ignores every signal",
        "TLE",
        "import signal\nfor s in (signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM): signal.signal(s, signal.SIG_IGN)\n"
        "while 1: pass",
        SPIN,
    ),
    case("catches everything", "TLE", "while 1:\n    try:\n        while 1: pass\n    except BaseException: pass", SPIN),
    case(
        "eight spinning threads",
        "TLE",
        "import threading\ndef f():\n    while 1: pass\nfor _ in range(8): threading.Thread(target=f).start()",
        SPIN,
    ),
    case("regex backtracking", "TLE", "import re; re.match('(a*)*b', 'a' * 40)", SPIN),
    case("one long C call", "TLE", "7 ** 10 ** 8", SPIN),
    case(
        "swallows MemoryError for ever",
        "TLE",
        "x = []\nwhile 1:\n    try: x.append(bytearray(1 << 26))\n    except MemoryError: pass",
        SPIN,
    ),
    case("closes 1 and 2 and sleeps", "TLE", "import os, time\nos.close(1); os.close(2); time.sleep(60)", QUICK),
    case("waits for input that never comes", "TLE", "import os\nr, w = os.pipe()\nos.read(r, 1)", QUICK),
    case("stops itself", "TLE", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", QUICK),
    case("deadlock", "TLE", "import threading\nl = threading.Lock(); l.acquire(); l.acquire()", QUICK),
    case("a thread that never ends", "TLE",
         "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start(); print(42)", QUICK),
    case("atexit that never ends", "TLE", "import atexit\n@atexit.register\ndef f():\n    while 1: pass", SPIN),
    case("stderr flood", "TLE", "import sys\nwhile 1: sys.stderr.write('x' * 10000)", SPIN),
    case("a huge range sum", "TLE", "print(sum(range(10**12)))", SPIN),
    case("reads /dev/zero for ever", "TLE", "f = open('/dev/zero', 'rb')\nwhile 1: f.read(1 << 16)", SPIN),
]  # fmt: skip

GREEDY = [
    case("a large bytearray", "MLE", "x = bytearray(1 << 30)"),
    case("a growing list", "MLE", "x = []\nwhile 1: x.append(' ' * 1000000)"),
    case("a large list", "MLE", "x = [0] * (1 << 26)\nprint(42)"),
    case("caught MemoryError, then the answer", "MLE", "try: x = bytearray(1 << 40)\nexcept MemoryError: x = 0\n"
         "y = bytearray(200 << 20)\nprint(2 * int(input()))"),
    case("a dictionary", "MLE", "d = {}\nfor i in range(10**9): d[i] = str(i) * 10000"),
    case("memory in threads", "MLE",
         "import threading\nx = []\nt = [threading.Thread(target=lambda: x.append(bytearray(50 << 20))) for _ in range(8)]\n"
         "[i.start() for i in t]; [i.join() for i in t]"),
    case("stdout flood", "OLE", "while 1: print('x' * 100000)"),
    case("stdout flood by os.write", "OLE", "import os\nwhile 1: os.write(1, b'x' * 100000)"),
    case("a large hole in stdout", "OLE|RE", "import os\nos.lseek(1, 1 << 40, 0) and os.write(1, b'x')"),
    case("stdout truncated to a large size", "OLE|RE", "import os; os.ftruncate(1, 1 << 40)"),
]  # fmt: skip

BROKEN = [
    case("syntax error", "CE", "print(2 * int(input())"),
    case("NUL in the source", "CE", "print(42)\0"),
    case("100,000 brackets", "CE", "(" * 100_000),
    case("100,000 unary minus", "CE", "print(" + "-" * 100_000 + "1)"),
    case("indentation", "CE", "if 1:\nprint(42)"),
    case("lone surrogate in the source", "CE", "print('\ud800')"),
    case("return outside a function", "CE", "return 42"),
    case("Python 2", "CE", "print 42"),
]

GOOD = [
    case("the plain program", "AC", RIGHT),
    case("300 kB of output", "AC", "print('x' * 300_000)", expected="x" * 300_000 + "\n"),
    case(
        "50,000-deep recursion in a big-stack thread",
        "AC",
        "import sys, threading\nsys.setrecursionlimit(10**6)\nthreading.stack_size(1 << 29)\n"
        "def f(n): return 0 if n == 0 else 1 + f(n - 1)\n"
        "def main(): assert f(50_000) == 50_000; print(2 * int(input()))\n"
        "t = threading.Thread(target=main); t.start(); t.join()",
    ),
    case("lifted stack limit", "AC", "import resource as r, sys\nr.setrlimit(r.RLIMIT_STACK, (-1, -1))\n"
         "sys.setrecursionlimit(10**5)\nf = lambda n: n and 1 + f(n - 1)\nf(9000)\n" + RIGHT),
    case("asyncio", "AC", "import asyncio\nasync def main():\n    await asyncio.sleep(0.01)\n    print(2 * int(input()))\nasyncio.run(main())"),
    case("a thread pool", "AC", "from concurrent.futures import ThreadPoolExecutor as T\n"
         "with T(4) as t: print(sum(t.map(int, [21, int(input())])))"),
    case("pickles a class of __main__", "AC", "import pickle\nclass A: pass\na = A(); a.x = int(input())\n"
         "print(2 * pickle.loads(pickle.dumps(a)).x)"),
    case("exit() after printing", "AC", RIGHT + "exit()"),
    case("quit(0) after printing", "AC", RIGHT + "quit(0)"),
    case("sys.exit() in a function", "AC", "import sys\ndef f(): print(2 * int(input())); sys.exit()\nf()\nprint(1)"),
    case("os._exit after a flush", "AC", "import os, sys\nprint(42); sys.stdout.flush(); os._exit(0)"),
    case("10 MB of stdin left unread", "AC", "print(2 * int(input()))", stdin="21\n" + "x" * 10_000_000),
    case("open(0)", "AC", "print(2 * int(open(0).read()))"),
    case("/dev/stdin", "AC", "print(2 * int(open('/dev/stdin').read()))"),
    case("os.read(0)", "AC", "import os; print(2 * int(os.read(0, 100)))"),
    case("two readline of the buffer", "AC", "import sys\na = sys.stdin.buffer.readline(); b = sys.stdin.buffer.readline()\n"
         "print(int(a) + int(b))", stdin="20\n22\n"),
    case("for line in sys.stdin", "AC", "import sys\nprint(sum(int(line) for line in sys.stdin))", stdin="20\n22\n"),
    case("readline then read", "AC", "import sys\na = sys.stdin.readline(); print(int(a) + int(sys.stdin.read()))", stdin="20\n22\n"),
    case("input until EOFError", "AC", "s = 0\ntry:\n    while True: s += int(input())\nexcept EOFError: print(s)", stdin="20\n22\n"),
    case("fileinput", "AC", "import fileinput\nprint(sum(map(int, fileinput.input())))", stdin="20\n22\n"),
    case("a fast reader over BytesIO", "AC", "import io, os, sys\nbuf = io.BytesIO(os.read(0, os.fstat(0).st_size))\n"
         "input = lambda: buf.readline().decode()\n" + RIGHT),
    case("writes bytes to stdout", "AC", "import sys; sys.stdout.buffer.write(b'%d\\n' % (2 * int(input())))"),
    case("os.write to stdout", "AC", "import os; os.write(1, b'%d\\n' % (2 * int(input())))"),
    case("an own stdout object flushed at the end", "AC", "import io, os, sys\nclass Out(io.StringIO):\n"
         "    def flush(self): os.write(1, self.getvalue().encode()); self.truncate(0); self.seek(0)\n"
         "sys.stdout = Out()\n" + RIGHT),
    case("a second file on descriptor 1 left open", "AC", "out = open(1, 'w', closefd=False)\nout.write(str(2 * int(input())))"),
    case("prints in __del__", "AC", "class A:\n    def __del__(self): print(42)\na = A()"),
    case("prints in finally of a generator never finished", "AC",
         "def f():\n    try:\n        yield\n    finally:\n        print(42)\ng = f()\nnext(g)"),
    case("atexit", "AC", "import atexit\natexit.register(print, 42)"),
    case("module-level global", "AC", "x = 0\ndef f():\n    global x\n    x = int(input())\nf()\nprint(2 * x)"),
    case("class Solution and a main guard in the middle", "AC", "class Solution:\n    def f(self, n): return 2 * n\n"
         "if __name__ == '__main__':\n    print(Solution().f(int(input())))\nx = 1"),
    case("redirected input()", "AC", "import sys\ninput = sys.stdin.readline\nprint(2 * int(input()))"),
    case("a file in /tmp", "AC", "import os\nopen('a', 'w').write(input())\nprint(2 * int(open('a').read()), len(os.listdir()))", expected="42 1\n"),
    case("tempfile", "AC", "import tempfile\nwith tempfile.TemporaryFile('w+') as f:\n    f.write(input()); f.seek(0)\n    print(2 * int(f.read()))"),
    case("a generator, lambdas, a dataclass", "AC", "from dataclasses import dataclass\n@dataclass(order=True)\nclass P:\n    x: int\n"
         "print(max(P(2 * int(l)) for l in [input()]).x)"),
    case("signal.alarm that is cancelled", "AC", "import signal\nsignal.alarm(5); signal.alarm(0)\n" + RIGHT),
    case("faulthandler and warnings", "AC", "import faulthandler, warnings\nfaulthandler.enable()\nwarnings.warn('x')\n" + RIGHT),
    case("decimal, fractions, statistics", "AC", "from fractions import Fraction as F\nimport decimal, statistics\n"
         "print(int(F(int(input())) * 2))"),
    case("collects its own garbage", "AC", "import gc\nfor _ in range(10000):\n    a = []; a.append(a)\ngc.collect()\n" + RIGHT),
    case("uses 100 MiB", "AC", "x = bytearray(100 << 20)\nprint(2 * int(input()))"),
    case("UTF-8", "AC", "print(input().upper())", stdin="ßéя\n", expected="SSÉЯ\n"),
    case("no input at all", "AC", "print(42)", stdin=""),
    case("Windows line ends", "AC", RIGHT, stdin="21\r\n"),
    case("exec and compile", "AC", "exec(compile('print(2 * int(input()))', 'x', 'exec'))"),
    case("from __future__", "AC", "from __future__ import annotations\nx: nonsense = 1\n" + RIGHT),
    case("999-deep recursion", "AC", "f = lambda n: n and 1 + f(n - 1)\nf(980)\n" + RIGHT),
    case("multiprocessing.Lock", "AC", "import multiprocessing\nwith multiprocessing.Lock(): print(2 * int(input()))",
         except_on=(("docker", "RE", "the container has no /dev/shm"), ("confined", "RE", "/dev/shm is the host's"))),
    case("writes to /tmp by name", "AC", "open('/tmp/x', 'w').write('1')\n" + RIGHT,
         except_on=(("confined", "RE", "/tmp is the host's; the scratch directory has another name"),)),
]  # fmt: skip

# Signal 0 is delivered to nobody, but only those may send it who may send others: who, by which calls.
SIGNALS = """
import ctypes, os
libc = ctypes.CDLL(None)
others = {1, 2, 3, os.getppid(), os.getpid() - 1, 0, -1, -os.getpgrp(), -1 << 31} - {os.getpid()}
info = ctypes.create_string_buffer(128)
reached = []
for other in others:
    if libc.kill(other, 0) == 0: reached.append(("kill", other))
    if libc.syscall(62, ctypes.c_long(other), 0) == 0: reached.append(("kill, 64 bits", other))
    if libc.syscall(62, ctypes.c_long(other + (os.getpid() << 32)), 0) == 0: reached.append(("kill, high bits", other))
    if libc.syscall(200, other, 0) == 0: reached.append(("tkill", other))
    for group in (other, os.getpid(), -1):
        if libc.syscall(234, group, other, 0) == 0: reached.append(("tgkill", group, other))
        if libc.syscall(297, group, other, 10, info) == 0: reached.append(("rt_tgsigqueueinfo", group, other))
    if libc.syscall(129, other, 10, info) == 0: reached.append(("rt_sigqueueinfo", other))
    if libc.syscall(434, other, 0) >= 0: reached.append(("pidfd_open", other))
for descriptor in range(64):
    if libc.syscall(424, descriptor, 0, 0, 0) == 0: reached.append(("pidfd_send_signal", descriptor))
assert not reached, reached
"""
# Written when the table was complete, to see what it had not thought of.
MORE = [
    case("a thread forks", "RE",
         "import os, threading\nfailed = []\ndef f():\n    try: os.fork()\n    except OSError: failed.append(1)\n"
         "t = threading.Thread(target=f); t.start(); t.join()\nexit(len(failed))"),
    case("blocks every signal", "TLE",
         "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile 1: pass", SPIN),
    case("asks its parent to trace it", "RE", "import ctypes\nassert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0"),
    case("reads through the root of process 1", "RE", "open('/proc/1/root/etc/shadow').read()"),
    case("closes descriptors 0 to 9 and prints", "RE", "import os\nos.closerange(0, 10); print(42)"),
    case("puts other files on descriptors 0 to 9", "WA",
         "import os\nos.closerange(0, 10)\nfor _ in range(10): os.open('/dev/null', os.O_RDWR)\nprint(42)"),
    case("leaves without a flush", "WA", "import os\nprint(42, end=''); os._exit(0)"),
    case("endless recursion", "RE", "def f(n): return f(n + 1)\nf(0)"),
    case("endless recursion without a limit", "RE|MLE|TLE",
         "import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return max(f(n + 1), 0)\nf(0)", SHORT),
    case("maps stdin for writing", "RE", "import mmap\nm = mmap.mmap(0, 0); m[0:1] = b'9'"),
    case("four threads flood stderr", "TLE",
         "import os, threading\ndef f():\n    while 1: os.write(2, b'x' * 65536)\n"
         "for _ in range(4): threading.Thread(target=f).start()", SPIN),
    case("adjusts the clock", "RE",
         "import ctypes\nb = ctypes.create_string_buffer(512); b[0] = 1\nassert ctypes.CDLL(None).adjtimex(b) >= 0"),
    *(case(name, "RE", f"import ctypes\nb = ctypes.create_string_buffer(256)\nassert ctypes.CDLL(None).{call} >= 0")
      for name, call in (
          ("io_uring_setup", "syscall(425, 8, b)"), ("bpf", "syscall(321, 0, b, 128)"),
          ("userfaultfd", "syscall(323, 0)"), ("perf_event_open", "syscall(298, b, 0, -1, -1, 0)"),
          ("keyctl", "syscall(250, 0, -3, 1)"), ("System V shared memory", "shmget(0x1234, 4096, 0o1777)"),
          ("a message queue", "syscall(240, b'q', 0o102, 0o666, None)"), ("the x32 calls", "syscall(0x40000000 + 39)"))),
    case("the 32-bit calls", "RE",
         "import ctypes, mmap\nm = mmap.mmap(-1, 4096, prot=7)\nm.write(bytes.fromhex('b814000000cd80c3'))\n"
         "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()"),
    case("waits at an abstract UNIX socket for another run", "RE",
         "import socket\ns = socket.socket(socket.AF_UNIX); s.bind('\\0meet'); s.listen()"),
    case("passes descriptors", "RE",
         "import socket\na, b = socket.socketpair()\nsocket.send_fds(a, [b'x'], [0])"),
    case("hides memory in memfds", "RE|MLE",
         "import os\nkeep = []\nfor _ in range(8):\n    keep.append(os.memfd_create('x'))\n"
         "    for _ in range(60): os.write(keep[-1], bytes(1 << 20))\nprint(2 * int(input()))"),
    case("hides memory in shared pages", "MLE",
         "import mmap\nm = mmap.mmap(-1, 400 << 20)\nfor i in range(0, 400 << 20, 4096): m[i] = 1\nprint(42)"),
    case("a bomb of threads", "RE|MLE|TLE",
         "import threading, time\nwhile 1: threading.Thread(target=time.sleep, args=(50,)).start()", QUICK),
    case("an excepthook that prints the answer", "RE", "import sys\nsys.excepthook = lambda *a: print(42)\n1 / 0"),
    case("an exception that is no Exception", "RE", "class X(BaseException): pass\nprint(42)\nraise X"),
    case("SystemExit with a float", "RE", "print(42)\nraise SystemExit(0.0)"),
    case("listens to its own system calls", "RE",
         "import ctypes, struct\ncode = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0x7fff0000))\n"
         "filter = struct.pack('HxxxxxxQ', 1, ctypes.addressof(code))\n"
         "assert ctypes.CDLL(None).syscall(317, 1, 8, filter) >= 0"),
    case("opens a file by its handle", "RE",
         "import ctypes\nassert ctypes.CDLL(None).syscall(304, 3, ctypes.create_string_buffer(200), 0) >= 0"),
    case("the new calls to mount", "RE", "import ctypes\nassert ctypes.CDLL(None).syscall(430, b'tmpfs', 0) >= 0"),
    case("takes a descriptor from another process", "RE",
         "import ctypes\nassert ctypes.CDLL(None).syscall(438, 0, 0, 0) >= 0"),
    case("ends in a thread", "WA",
         "import os, threading, time\nthreading.Thread(target=lambda: os._exit(0)).start()\ntime.sleep(3); print(42)"),
    case("a daemon thread is too late", "WA",
         "import threading, time\nthreading.Thread(target=lambda: (time.sleep(2), print(42)), daemon=True).start()"),
    case("stdout led to a file", "WA", "import os\nos.dup2(os.open('o', os.O_CREAT | os.O_RDWR), 1); print(42)"),
    case("takes its output back", "WA", "import os\nprint(42, flush=True); os.ftruncate(1, 0)"),
    case("fills /tmp with a file that has no name", "RE",
         "import os\nkeep = []\nfor _ in range(40):\n    keep.append(open('a', 'wb', 0)); os.unlink('a')\n"
         "    keep[-1].write(bytes(4 << 20))\nprint(42)",
         except_on=(("confined", "AC", "its scratch directory is the host's, without a size"),)),
    case("becomes a real-time process", "RE",
         "import os\nos.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))"),
    case("raises its priority", "RE", "import os\nos.nice(-20)"),
    case("links a file of the runtime", "RE", "import os\nos.link(os.__file__, 'x')"),
    case("writes a kernel setting", "RE", "open('/proc/sys/kernel/core_pattern', 'w')"),
    case("lists the cgroups", "RE", "import os\nos.listdir('/sys/fs/cgroup')",
         except_on=(("docker", "WA", "a container sees its own, which it cannot change"),)),
    case("ProcessPoolExecutor", "RE",
         "from concurrent.futures import ProcessPoolExecutor as P\nwith P() as p: print(list(p.map(int, ['42']))[0])"),
    case("asks with a prompt", "WA", "print(2 * int(input('n? ')))"),
    case("a thread prints after the main program", "AC",
         "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.1), print(42))).start()"),
    case("stdout non-blocking and appending", "AC",
         "import fcntl, os\nfcntl.fcntl(1, fcntl.F_SETFL, os.O_APPEND | os.O_NONBLOCK)\n" + RIGHT),
    case("overwrites its output", "AC", "import os\nprint(17, flush=True); os.lseek(1, 0, 0); os.write(1, b'42')"),
    case("deletes sys.stdout after a flush", "AC", "import sys\nprint(42, flush=True); del sys.stdout"),
    case("clears the import machinery", "AC",
         "import sys\nsys.meta_path.clear(); sys.path_hooks.clear(); sys.modules.pop('os', None)\n" + RIGHT),
    case("trace and profile functions", "AC",
         "import sys, threading\nsys.settrace(lambda *a: None); sys.setprofile(lambda *a: None)\n" + RIGHT),
    case("maps stdin for reading", "AC",
         "import mmap\nm = mmap.mmap(0, 0, prot=mmap.PROT_READ)\nprint(2 * int(m.readline()))"),
    case("reads stdin twice", "AC",
         "import sys\na = sys.stdin.read(); sys.stdin.seek(0); print(int(a) + int(sys.stdin.read()))"),
    case("reads byte by byte", "AC",
         "import os\ntext = b''\nwhile c := os.read(0, 1): text += c\nprint(2 * int(text))"),
    case("/dev/stdin of a large input", "AC", "print(open('/dev/stdin').read().count('x'))",
         stdin="x" * 300_000, expected="300000\n"),
    case("maps stdout", "AC", "import mmap, os\nos.ftruncate(1, 3); m = mmap.mmap(1, 3); m[:] = b'42\\n'"),
    case("seals stdout and the result", "AC",
         "import fcntl\nprint(2 * int(input()), flush=True)\nfor fd in (1, 3):\n"
         "    try: fcntl.fcntl(fd, 1033, 15)\n    except OSError: pass"),
    case("a 256 MiB stack, 100,000 deep", "AC",
         "import sys, threading\nsys.setrecursionlimit(10**7)\nthreading.stack_size(256 << 20)\n"
         "def f(n): return 0 if n == 0 else 1 + max(f(n - 1), 0)\n"
         "def main(): assert f(100_000) == 100_000; print(2 * int(input()))\n"
         "t = threading.Thread(target=main); t.start(); t.join()",
         Limits(cpu_s=5, wall_s=30, memory_bytes=256 * MEBIBYTE)),
    case("a storm of timer signals", "AC",
         "import signal\nsignal.signal(signal.SIGPROF, lambda *a: None); signal.setitimer(signal.ITIMER_PROF, 1e-4, 1e-4)\n"
         "for _ in range(300_000): pass\n" + RIGHT),
    case("imports a module that it wrote", "AC",
         "open('helper.py', 'w').write('x = 42')\nimport sys; sys.path.insert(0, '.')\nimport helper; print(helper.x)"),
    case("sqlite, ssl and friends", "AC",
         "import decimal, hashlib, lzma, sqlite3, ssl, uuid, zlib\n"
         "print(sqlite3.connect(':memory:').execute('select 2 * ?', (int(input()),)).fetchone()[0])"),
    case("a callback from C", "AC",
         "import ctypes\nP = ctypes.POINTER(ctypes.c_int)\nf = ctypes.CFUNCTYPE(ctypes.c_int, P, P)(lambda a, b: a[0] - b[0])\n"
         "a = (ctypes.c_int * 3)(3, int(input()), 1)\nctypes.CDLL(None).qsort(a, 3, 4, f); print(2 * a[2])"),
    case("the user's locale and time zone", "AC",
         "import locale, time\nlocale.setlocale(locale.LC_ALL, ''); time.tzset(); time.localtime()\n" + RIGHT),
    case("a 5,000-deep cache", "AC",
         "import sys\nfrom functools import lru_cache\nsys.setrecursionlimit(10**6)\n@lru_cache(None)\n"
         "def f(n): return 0 if n == 0 else 1 + f(n - 1)\nassert f(5_000) == 5_000\n" + RIGHT),
    case("signals itself in every way", "AC",
         "import os, signal, threading, time\nseen = []\nmain = threading.main_thread().ident\n"
         "def handler(number, frame): seen.append(number)\n"
         "for number in (10, 12, 15, 40): signal.signal(number, handler)\n"
         "def arrived(count):\n    while len(seen) < count: time.sleep(0.001)\n"
         "ways = [lambda n: os.kill(os.getpid(), n), signal.raise_signal, lambda n: signal.pthread_kill(main, n)]\n"
         "for way in ways:\n    for number in (10, 12, 15, 40): before = len(seen); way(number); arrived(before + 1)\n"
         "def others():\n    for number in (10, 12, 15, 40): ways[0](number); ways[2](number)\n"
         "t = threading.Thread(target=others); t.start(); t.join(); arrived(16)\n"
         "signal.signal(signal.SIGALRM, handler); signal.setitimer(signal.ITIMER_REAL, 0.01)\n"
         "while signal.SIGALRM not in seen: time.sleep(0.001)\n" + RIGHT),
    case("aborts in a thread", "RE",
         "import os, threading\nt = threading.Thread(target=os.abort); t.start(); t.join(); print(42)"),
    case("kills itself from a thread", "RE",
         "import os, threading\nt = threading.Thread(target=os.kill, args=(os.getpid(), 15)); t.start(); t.join()\n"
         "import time; time.sleep(5); print(42)"),
    case("a signal reaches nobody else by any call", "AC", SIGNALS + "print(2 * int(input()))"),
    case("a signal reaches nobody else from a thread", "AC",
         "import threading\ndef f():\n    exec(compile(source, 'x', 'exec'), {})\n    print(42)\n"
         f"source = {SIGNALS!r}\nt = threading.Thread(target=f); t.start(); t.join()"),
    case("300 directories deep", "AC", "import os\nfor _ in range(300): os.mkdir('d'); os.chdir('d')\n" + RIGHT),
]  # fmt: skip

CASES = WRONG + CRASH + SLOW + GREEDY + BROKEN + GOOD + MORE
