"""The system calls that a jailed process may make, as raw BPF for prctl(PR_SET_SECCOMP).

Two filters. `server_filter` is installed once, by the fork server, and is inherited by everything below it:
an allow-list whose default is EPERM. `run_filter` is stacked on top of it in every run: no new processes,
no signal to anybody else. It is small because it is paid for once per run, and it has one hole for the
run's own process id, which is not known before the fork.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

EPERM, ENOSYS = 1, 38
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, JEQ, JGE, JSET, JUMP, RET = 0x20, 0x15, 0x35, 0x45, 0x05, 0x06
NR, ARCH = 0, 4  # offsets in struct seccomp_data

CLONE_THREAD = 0x00010000
CLONE_NEW_ANYTHING = 0x7E020080  # every CLONE_NEW* flag, CLONE_NEWTIME included

# name: (x86_64, aarch64); None where the architecture has no such call.
ALLOWED = """
read:0:63 write:1:64 open:2: openat:257:56 openat2:437:437 close:3:57 close_range:436:436 stat:4: fstat:5:80
lstat:6: newfstatat:262:79 statx:332:291 poll:7: ppoll:271:73 select:23: pselect6:270:72 lseek:8:62 mmap:9:222
mprotect:10:226 munmap:11:215 brk:12:214 rt_sigaction:13:134 rt_sigprocmask:14:135 rt_sigpending:127:136
rt_sigsuspend:130:133 rt_sigtimedwait:128:137 rt_sigreturn:15:139 sigaltstack:131:132 pread64:17:67
pwrite64:18:68 readv:19:65 writev:20:66 preadv:295:69 pwritev:296:70 preadv2:327:286 pwritev2:328:287
access:21: faccessat:269:48 faccessat2:439:439 pipe:22: pipe2:293:59 sched_yield:24:124 mremap:25:216
msync:26:227 mincore:27:232 madvise:28:233 dup:32:23 dup2:33: dup3:292:24 nanosleep:35:101
clock_nanosleep:230:115 getitimer:36:102 setitimer:38:103 alarm:37: pause:34: getpid:39:172 gettid:186:178
getppid:110:173 sendfile:40:71 uname:63:160 flock:73:32 fsync:74:82 fdatasync:75:83 truncate:76:45
ftruncate:77:46 getdents:78: getdents64:217:61 getcwd:79:17 chdir:80:49 fchdir:81:50 rename:82:
renameat:264:38 renameat2:316:276 mkdir:83: mkdirat:258:34 rmdir:84: creat:85: link:86: linkat:265:37
unlink:87: unlinkat:263:35 symlink:88: symlinkat:266:36 readlink:89: readlinkat:267:78 chmod:90:
fchmod:91:52 fchmodat:268:53 umask:95:166 gettimeofday:96:169 time:201: getrlimit:97:163 setrlimit:160:164
getrusage:98:165 sysinfo:99:179 times:100:153 getuid:102:174 getgid:104:176 geteuid:107:175 getegid:108:177
getresuid:118:148 getresgid:120:150 getgroups:115:158 getpgrp:111: getpgid:121:155 getsid:124:156
setsid:112:157 restart_syscall:219:128 arch_prctl:158: set_tid_address:218:96 futex:202:98
sched_getaffinity:204:123 sched_getparam:143:121 sched_getscheduler:145:120 sched_get_priority_max:146:125
sched_get_priority_min:147:126 getpriority:140:141 getcpu:309:168 epoll_create:213: epoll_create1:291:20
epoll_ctl:233:21 epoll_wait:232: epoll_pwait:281:22 epoll_pwait2:441:441 eventfd:284: eventfd2:290:19
timerfd_create:283:85 timerfd_settime:286:86 timerfd_gettime:287:87 signalfd:282: signalfd4:289:74
timer_create:222:107 timer_settime:223:110 timer_gettime:224:108 timer_getoverrun:225:109
timer_delete:226:111 clock_gettime:228:113 clock_getres:229:114 exit:60:93 exit_group:231:94 wait4:61:260
waitid:247:95 set_robust_list:273:99 getrandom:318:278 memfd_create:319:279 rseq:334:293
copy_file_range:326:285 splice:275:76 tee:276:77 utimensat:280:88 utimes:235: futimesat:261: utime:132:
fadvise64:221:223 fallocate:285:47 statfs:137:43 fstatfs:138:44 sendto:44:206 recvfrom:45:207
sendmsg:46:211 recvmsg:47:212
shutdown:48:210 getsockname:51:204 getpeername:52:205 getsockopt:55:209 setsockopt:54:208 membarrier:324:283
fork:57: vfork:58: execve:59:221 execveat:322:281 kill:62:129 tkill:200:130 tgkill:234:131 pidfd_open:434:434
"""

# Calls that are allowed for some arguments only: number of the argument, then the rule for its low 32 bits.
# A process id must be 0 (the caller), since a run shares its user id with the server that judges it.
CHECKED = {
    "prctl": (157, 167, [(0, {1, 3, 4, 15, 16, 21, 22, 36, 38, 39, 0x53564D41})]),
    "prlimit64": (302, 261, [(0, {0})]),
    "setpriority": (141, 140, [(0, {0}), (1, {0})]),
    "sched_setaffinity": (203, 122, [(0, {0})]),
    "ioctl": (16, 29, [(1, {0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451})]),
    "socketpair": (53, 199, [(0, {1})]),  # AF_UNIX: asyncio wakes itself through one
    "setpgid": (109, 154, [(0, {0})]),
}
# fcntl commands that would let a run have signals sent to another process: F_SETOWN, F_SETSIG, F_SETOWN_EX.
FCNTL = (72, 25)
FCNTL_DENIED = (8, 10, 15)
CLONE, CLONE3 = (56, 220), (435, 435)
# Calls that the server needs and no run may make: watching processes, and passing descriptors to the host.
SERVERS_OWN = ("pidfd_open", "sendmsg", "recvmsg")

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


@dataclass(frozen=True, slots=True)
class Filters:
    """Compiled filters. `run_pid_at` and `family_pid_at` are byte offsets where a u32 process id goes.

    `run` denies every new process and program; `execute` allows the run to become another program;
    `family` (a run that may have child processes) allows both, and then the hole takes the id of the
    server's process that must not be signalled.
    """

    server: bytes
    run: bytes
    run_pid_at: tuple[int, ...]
    execute: bytes
    execute_pid_at: tuple[int, ...]
    family: bytes
    family_pid_at: tuple[int, ...]


def argument(index: int) -> int:
    """Offset of the low half of system call argument `index` (both machines are little-endian)."""
    return 16 + 8 * index


def compile_filters(machine: str) -> Filters:
    """The filters for `machine` (as os.uname() names it). KeyError for a machine without a table."""
    column, audit = MACHINES[machine]
    # The pages of a memfd are nobody's resident set: with some of those a run could pass its memory limit.
    run = _run_filter(column, ("fork", "vfork", "execve", "execveat", "memfd_create", *SERVERS_OWN))
    execute = _run_filter(column, ("fork", "vfork", *SERVERS_OWN))
    return Filters(_server_filter(column, audit), *run, *execute, *_family_filter(column))


def _instruction(code: int, k: int, jt: int = 0, jf: int = 0) -> bytes:
    return struct.pack("<HBBI", code, jt, jf, k)


def _server_filter(column: int, audit: int) -> bytes:
    allowed = set()
    for entry in ALLOWED.split():
        number = entry.split(":")[1 + column]
        if number:
            allowed.add(int(number))
    blocks: dict[int, bytes] = {}
    for x86, arm, rules in CHECKED.values():
        blocks[(x86, arm)[column]] = b"".join(_require(offset, values) for offset, values in rules) + _allow()
    blocks[FCNTL[column]] = _refuse(1, FCNTL_DENIED) + _allow()
    blocks[CLONE[column]] = (
        _instruction(LOAD, argument(0))
        + _instruction(JSET, CLONE_NEW_ANYTHING, 0, 1)
        + _error(EPERM)
        + _allow()
    )
    blocks[CLONE3[column]] = _error(ENOSYS)  # glibc then falls back to clone, whose flags a filter can see

    leaves: dict[int, str | int] = dict.fromkeys(allowed, "allow")
    leaves.update({number: number for number in blocks})
    # Runs of consecutive numbers with one fate, covering every number from 0 up.
    runs: list[tuple[int, str | int]] = [(0, leaves.get(0, "deny"))]
    for number in range(1, max(leaves) + 2):
        fate = leaves.get(number, "deny")
        if fate != runs[-1][1] or isinstance(fate, int):
            runs.append((number, fate))

    fixups: list[tuple[int, int]] = []
    tree: list[bytes] = []

    def emit(first: int, last: int) -> None:
        if first == last:
            fate = runs[first][1]
            if fate == "allow":
                tree.append(_allow())
            elif fate == "deny":
                tree.append(_error(EPERM))
            else:
                fixups.append((len(tree), fate))
                tree.append(b"")
            return
        middle = (first + last + 1) // 2
        place = len(tree)
        tree.append(b"")
        emit(first, middle - 1)
        distance = len(tree) - place - 1
        if distance > 255:
            raise ValueError("a branch of the filter is too long for one jump")
        tree[place] = _instruction(JGE, runs[middle][0], distance, 0)
        emit(middle, last)

    emit(0, len(runs) - 1)
    start: dict[int, int] = {}
    body = b""
    for number, block in blocks.items():
        start[number] = len(tree) + len(body) // 8
        body += block
    for place, number in fixups:
        tree[place] = _instruction(JUMP, start[number] - place - 1)
    head = (
        _instruction(LOAD, ARCH)
        + _instruction(JEQ, audit, 1, 0)
        + _instruction(RET, KILL)
        + _instruction(LOAD, NR)
    )
    return head + b"".join(tree) + body


def _run_filter(column: int, names: tuple[str, ...]) -> tuple[bytes, tuple[int, ...]]:
    numbers = _numbers(column)
    refused = [numbers[name] for name in names if name in numbers]
    signals = [numbers["kill"], numbers["tkill"], numbers["tgkill"]]
    return _choose(
        refused,
        signals,
        _instruction(LOAD, argument(0)) + _instruction(JEQ, 0, 0, 1) + _allow() + _error(EPERM),
        CLONE[column],
        _instruction(LOAD, argument(0)) + _instruction(JSET, CLONE_THREAD, 0, 1) + _allow() + _error(EPERM),
        hole=1,
    )


def _family_filter(column: int) -> tuple[bytes, tuple[int, ...]]:
    numbers = _numbers(column)
    return _choose(
        [numbers[name] for name in SERVERS_OWN],
        [numbers["kill"], numbers["tkill"], numbers["tgkill"]],
        # 0 and negative ids mean groups, which may hold the server; 1 is the server, the hole the template.
        _instruction(LOAD, argument(0))
        + _instruction(JGE, 0x80000000, 4, 0)
        + _instruction(JEQ, 0, 3, 0)
        + _instruction(JEQ, 1, 2, 0)
        + _instruction(JEQ, 0, 1, 0)
        + _allow()
        + _error(EPERM),
        None,
        b"",
        hole=4,
    )


def _numbers(column: int) -> dict[str, int]:
    table = {}
    for entry in ALLOWED.split():
        name, *numbers = entry.split(":")
        if numbers[column]:
            table[name] = int(numbers[column])
    return table


def _choose(
    refused: list[int], signals: list[int], on_signal: bytes, clone: int | None, on_clone: bytes, hole: int
) -> tuple[bytes, tuple[int, ...]]:
    """Test the call's number against each list in turn; `hole` is the instruction of `on_signal` to patch."""
    tests = [(number, "refuse") for number in refused] + [(number, "signal") for number in signals]
    if clone is not None:
        tests.append((clone, "clone"))
    blocks = {"allow": _allow(), "refuse": _error(EPERM), "signal": on_signal, "clone": on_clone}
    start, body = {}, b""
    for name, block in blocks.items():
        start[name] = 1 + len(tests) + len(body) // 8
        body += block
    program = _instruction(LOAD, NR)
    for place, (number, fate) in enumerate(tests, start=1):
        last = place == len(tests)
        program += _instruction(
            JEQ, number, start[fate] - place - 1, start["allow"] - place - 1 if last else 0
        )
    return program + body, (8 * (start["signal"] + hole) + 4,)


def _allow() -> bytes:
    return _instruction(RET, ALLOW)


def _error(number: int) -> bytes:
    return _instruction(RET, ERRNO | number)


def _require(index: int, values: set[int]) -> bytes:
    """Fall through if argument `index` is one of `values`, else return EPERM."""
    ordered = sorted(values)
    tests = b"".join(_instruction(JEQ, value, len(ordered) - place, 0) for place, value in enumerate(ordered))
    return _instruction(LOAD, argument(index)) + tests + _error(EPERM)


def _refuse(index: int, values: tuple[int, ...]) -> bytes:
    """Fall through unless argument `index` is one of `values`, then return EPERM."""
    tests = b"".join(
        _instruction(JEQ, value, len(values) - place - 1, 1 if place == len(values) - 1 else 0)
        for place, value in enumerate(values)
    )
    return _instruction(LOAD, argument(index)) + tests + _error(EPERM)
