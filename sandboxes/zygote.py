"""The fork server: process 1 of a jail, which runs every program in a fork of itself.

This file is not imported. Its text is executed by a jailed `python -s -S -B`, so it uses only the standard
library and as little of that as it can: every page that it touches is a page that each run pays for.

    host to server     kind (1 byte), length (7 bytes, little-endian), body
                       H  marshalled settings, once
                       J  marshalled job, which ends with the inputs of its first batch
                       B  marshalled (inputs, last): a further batch
                       Q  no more inputs (in mid-batch too; harmless when late)
    server to host     128 bytes of ASCII: kind, then integers; then what the integers say
                       R  ready
                       O  one outcome: stdout, stderr, result
                       C  the program never started: stderr
                       E  end of a batch

Of contents above LARGE bytes the message has the length. They follow it: as one byte of the stream that
carries the descriptor of a memfd, if the link is a UNIX socket (`descriptors` in the settings, or a `socket`
there that this server could connect to), and else as they are.

A job with one input runs in a direct child, which compiles the program itself. A job with several goes to a
template: a child that compiles once and forks one child per input. Only the server's own processes
hold the link to the host; a run has descriptors 0 to 3 and nothing else.
"""

import _ctypes
import _signal
import atexit
import fcntl
import gc
import marshal
import os
import resource
import select
import sys
from time import clock_gettime_ns, monotonic_ns, time_ns

# 0 to 3 are the run's: stdin, stdout, stderr, result. The server's own descriptors follow.
PHASE, LINK_IN, LINK_OUT, NULL, FIRST_FREE = 4, 5, 6, 7, 8
HEADER = 128
FLUSH_BYTES, FLUSH_NS = 1 << 16, 2_000_000
LARGE, CHUNK = 1 << 16, 1 << 18
PIPE_READS = 17  # of 64 KiB: no pipe of an ordinary user is larger than 1 MiB
TICK_NS = 20_000_000  # twice the coarsest grain of the times of files
DESCRIPTORS = 64
REHEARSALS = 20  # the interpreter adapts code that has run so often
COMPILE_CPU_S = 20
PATIENCE = 10  # times the wall limit
F_ADD_SEALS, ALL_SEALS = 1033, 0xF
SCM_RIGHTS = 1 << 32 | 1  # a cmsghdr's level SOL_SOCKET and its type
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 38, 22
TRUNCATED, OOM = 1, 2


class c_ulong(_ctypes._SimpleCData):
    _type_ = "L"


class c_char(_ctypes._SimpleCData):
    _type_ = "c"


class Function(_ctypes.CFuncPtr):
    """A function of the C library that takes integers of 32 bits, bytes and arrays, and returns an int.

    The types are not declared: checking them touches memory, which costs each run a few pages.
    """

    _flags_ = _ctypes.FUNCFLAG_CDECL | _ctypes.FUNCFLAG_PYTHONAPI  # there are no other threads to let run


def function(name):
    return Function(_ctypes.dlsym(_ctypes.dlopen(None, 0), name))


prctl, sendmsg, recvmsg = function("prctl"), function("sendmsg"), function("recvmsg")


class Filter:
    """A BPF program in memory, ready for prctl, with holes for a process id."""

    def __init__(self, code, holes):
        self.code = bytearray(code)
        self.holes = holes
        address = _ctypes.addressof((c_char * len(code)).from_buffer(self.code))
        self.program = (len(code) // 8).to_bytes(8, "little") + address.to_bytes(8, "little")

    def install(self, pid):
        for hole in self.holes:
            self.code[hole : hole + 4] = pid.to_bytes(4, "little")
        if prctl(PR_SET_SECCOMP, 2, self.program, 0, 0):
            os._exit(71)


class Link:
    """The two byte streams to the host."""

    def __init__(self):
        self.descriptors = False
        # A msghdr for one byte and one descriptor, in words of 64 bits: both machines have the same layout.
        self.byte = (c_char * 1)(b"F")
        self.vector = (c_ulong * 2)(_ctypes.addressof(self.byte), 1)
        self.control = (c_ulong * 3)()
        self.message = (c_ulong * 7)()
        self.ready = select.poll()
        self.ready.register(LINK_IN, select.POLLIN)

    def read(self, length):
        data = os.read(LINK_IN, length)
        if len(data) == length:
            return data
        parts = bytearray(data)
        while len(parts) < length:
            data = os.read(LINK_IN, min(length - len(parts), 1 << 20))
            if not data:
                os._exit(0)  # the host is gone
            parts += data
        return bytes(parts)

    def receive(self):
        head = self.read(8)
        return head[:1], self.read(int.from_bytes(head[1:], "little"))

    def large(self, length):
        """A large input as a file, so that no run inherits its memory."""
        if self.descriptors:
            return self.take()
        file = os.memfd_create("stdin", os.MFD_ALLOW_SEALING)
        while length:
            part = self.read(min(length, CHUNK))
            length -= len(part)
            while part:
                part = part[os.write(file, part) :]
        return file

    def renewed(self):
        """The msghdr, filled anew: the kernel writes into it."""
        self.message[2], self.message[3] = _ctypes.addressof(self.vector), 1
        self.message[4], self.message[5] = _ctypes.addressof(self.control), 24
        return self.message

    def take(self):
        """The descriptor that the next byte carries."""
        if recvmsg(LINK_IN, self.renewed(), 0) != 1 or self.control[0] != 20:
            os._exit(73)
        return self.control[2] & 0xFFFFFFFF

    def give(self, file):
        self.control[0], self.control[1], self.control[2] = 20, SCM_RIGHTS, file
        if sendmsg(LINK_OUT, self.renewed(), 0) != 1:
            os._exit(73)

    def move(self, channel):
        """From here on use the socket `channel`, which can carry descriptors."""
        os.dup2(channel, LINK_IN, False)
        os.dup2(channel, LINK_OUT, False)
        os.close(channel)
        self.descriptors = True

    def waiting(self):
        return bool(self.ready.poll(0))

    def write(self, data):
        while data:
            data = data[os.write(LINK_OUT, data) :]


END = b"E".ljust(HEADER)


def failed(why):
    return (b"C %d" % len(why)).ljust(HEADER) + why


def compiled(source):
    """The code of `source`, compiled in a child: the compiler's garbage would be in every later fork."""
    inlet, outlet = os.pipe()
    pid = os.fork()
    if pid == 0:
        data = marshal.dumps(compile(source, "driver.py", "exec"))
        while data:
            data = data[os.write(outlet, data) :]
        os._exit(0)
    os.close(outlet)
    parts = []
    while part := os.read(inlet, 1 << 16):
        parts.append(part)
    os.close(inlet)
    os.waitpid(pid, 0)
    return marshal.loads(b"".join(parts))


class Driver:
    """A driver's functions. Its source is trusted and is executed once, in the server."""

    def __init__(self, source):
        space = {"__name__": "driver", "__builtins__": __builtins__}
        exec(compiled(source), space)
        self.prepare, self.run = space["prepare"], space["run"]


class Server:
    def __init__(self, link, settings):
        self.link = link
        self.tmp = settings["tmp"]
        self.own_pids, self.own_users = settings["own_pids"], settings["own_users"]
        self.inherited = address_space()
        self.slack = settings["slack_bytes"]
        self.run_filter = Filter(*settings["run_filter"]) if settings["run_filter"] else None
        self.execute_filter = Filter(*settings["execute_filter"]) if settings["execute_filter"] else None
        self.family_filter = Filter(*settings["family_filter"]) if settings["family_filter"] else None
        self.most = [resource.getrlimit(which)[1] for which in range(10)]
        self.filter = None
        self.drivers = {}
        self.untouched = None
        self.polled = None
        self.inputs = []
        self.out = []
        self.out_bytes = 0
        self.flushed_at = 0

    # ---- jobs -------------------------------------------------------------------------------------------

    def runs(self):
        """Serve jobs for ever. Yields in forked children only, and once there: the program that it is to run.

        A generator, because its frames are not above the program's then, and need not be unwound for that.
        """
        while True:
            kind, body = self.link.receive()
            if kind == b"Q":
                continue
            name, driver, self.options, self.source, limits, *job = marshal.loads(body)
            imports, largest, self.inputs, last = job
            del body, job
            if driver is not None:
                self.drivers[name] = Driver(driver)
                gc.collect()
                gc.freeze()
            self.driver = self.drivers[name]
            self.take_limits(limits, largest)
            if last and len(self.inputs) == 1:
                yield from self.execute(self.inputs.pop(), None)
                self.flush(END)
            else:
                yield from self.delegate(imports, last)

    def delegate(self, imports, last):
        """Fork a template for this job and wait until it has served it."""
        os.lseek(PHASE, 0, 0)
        pid = os.fork()
        if pid == 0:
            yield from self.template(imports, last)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if status:
            if os.lseek(PHASE, 0, 1) != 1:
                os._exit(72)
            self.not_started(ending(status))

    def template(self, imports, last):
        prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # what a run leaves behind becomes a child of this process
        self.take_large()
        os.lseek(PHASE, 1, 0)  # from here to the next mark, an end of this process is the program's doing
        none = resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_CPU, (COMPILE_CPU_S, self.hard(resource.RLIMIT_CPU, none)))
        try:
            state = self.driver.prepare(self.source, self.options)
        except BaseException as error:
            self.not_started(describe(error))
            return
        for name in imports:
            try:
                __import__(name)
            except BaseException:
                pass  # the program will meet the same error itself
        gc.collect()
        gc.freeze()
        resource.setrlimit(resource.RLIMIT_CPU, (self.hard(resource.RLIMIT_CPU, none),) * 2)
        os.lseek(PHASE, 2, 0)
        for which, pair in self.early_limits:
            resource.setrlimit(which, pair)
        while True:
            for data in self.inputs:
                yield from self.execute(data, state)
                if self.out_bytes > FLUSH_BYTES or monotonic_ns() - self.flushed_at > FLUSH_NS:
                    self.flush(b"")
                if self.link.waiting() and not self.more():
                    return self.flush(END)
            self.flush(END)
            if last:
                return
            kind, body = self.link.receive()
            if kind == b"Q":
                return
            self.inputs, last = marshal.loads(body)
            del body
            self.take_large()

    def take_large(self):
        """Of the large inputs of a batch there were only the lengths: make files of them."""
        self.inputs = [self.link.large(data) if type(data) is int else data for data in self.inputs]

    def more(self):
        """In mid-batch the host can only say that it wants no more."""
        kind, _ = self.link.receive()
        return kind != b"Q"

    def not_started(self, why):
        self.flush(failed(why[-max(self.stderr_bytes, 256) :]) + END)

    # ---- one run ----------------------------------------------------------------------------------------

    def take_limits(self, limits, largest):
        """Work out the limits of a job: those that a template sets once, and those that each run sets itself.

        `largest` is the size of the largest input: a template that must write more than a run may cannot
        bear the runs' limit on files.
        """
        cpu_s, wall_s, memory, self.output_bytes, self.stderr_bytes, *limits = limits
        file_bytes, open_files, processes, executes = limits
        self.cpu_ns, self.wall_ns = int(cpu_s * 1e9), int(wall_s * 1e9)
        self.patience_ns = min(self.cpu_ns, self.wall_ns)
        self.patience_ms = self.patience_ns // 1_000_000 + 1
        self.processes = processes
        self.family = bool(processes or not self.run_filter)
        if processes:
            self.filter = self.family_filter
        else:
            self.filter = self.execute_filter if executes else self.run_filter
        files = max(self.output_bytes + 1, file_bytes)
        memory += self.inherited + self.slack
        early = [(resource.RLIMIT_NOFILE, open_files), (resource.RLIMIT_AS, memory)]
        # A backstop in whole seconds. The template spends CPU time of its own, so it is for each run.
        late = [(resource.RLIMIT_CPU, int(cpu_s) + 2)]
        (early if largest <= files else late).append((resource.RLIMIT_FSIZE, files))
        if processes and self.own_users:
            # Counts this jail's processes: the launcher, the server, the template and the run itself too.
            late.append((resource.RLIMIT_NPROC, 4 + processes))
        self.early_limits = [(which, (self.hard(which, value),) * 2) for which, value in early]
        self.late_limits = [(which, (self.hard(which, value),) * 2) for which, value in late]
        self.limits = self.early_limits + self.late_limits

    def hard(self, which, value):
        """`value`, or the lower hard limit that this machine has set."""
        most = self.most[which]
        return value if most == -1 else most if value == -1 else min(value, most)

    def execute(self, data, state):
        """Run the program on `data` in a new child and queue its outcome. `state` is None: compile there.

        Descriptors 0 to 3 of this process become the run's: a new file takes the lowest number that is free.
        This process keeps its end of stderr, and nobody waits for the end of that.
        """
        if type(data) is int:
            if state is None:
                data = self.link.large(data)
            os.dup2(data, 0)
            os.close(data)
        else:
            os.close(0)
            os.memfd_create("stdin", os.MFD_ALLOW_SEALING)
            while data:
                data = data[os.write(0, data) :]
        os.lseek(0, 0, 0)
        fcntl.fcntl(0, F_ADD_SEALS, ALL_SEALS)
        os.close(1)
        os.memfd_create("stdout", 0)
        os.close(3)
        os.memfd_create("result", 0)
        errors, stderr = os.pipe()
        os.dup2(stderr, 2)
        os.close(stderr)
        if state is None:
            os.lseek(PHASE, 1, 0)
        started = monotonic_ns()
        pid = os.fork()
        if pid == 0:
            if self.family or not self.own_pids:
                self.detach()
            if state is None:
                self.enter(self.limits, LINK_IN)
            else:
                self.inputs.clear()  # those of other runs are none of its business,
                self.out.clear()  # and what they printed neither
                self.enter(self.late_limits, PHASE)
            yield self.driver, self.source, self.options, state
        child = os.pidfd_open(pid)
        tail, unread, killed, delay = self.watch(pid, child, errors, started)
        _, status, usage = os.wait4(pid, 0)
        wall_ns = monotonic_ns() - started
        os.close(child)
        leftover = 0
        if self.family:
            leftover = self.reap(pid)
            unread = True
        if unread:
            tail = self.rest(errors, tail)
        os.close(errors)
        self.clean()
        if state is None and os.lseek(PHASE, 0, 1) != 2:
            self.queue(failed(tail or ending(status)))
            return
        signal = status & 0x7F
        flags = 0
        if status and not signal and tail.rstrip().rpartition(b"\n")[2].startswith(b"MemoryError"):
            flags = OOM
        length = os.lseek(1, 0, 2)
        if length > self.output_bytes:
            length, flags = self.output_bytes, flags | TRUNCATED
        answer = os.lseek(3, 0, 2)
        cpu_ns = round((usage.ru_utime + usage.ru_stime) * 1e9)
        facts = b"O %d %d %d %d %d %d %d %d %d %d %d %d" % (
            -1 if signal else status >> 8, signal, killed, cpu_ns, wall_ns,
            usage.ru_maxrss, flags, leftover, delay, length, len(tail), answer,
        )  # fmt: skip
        self.queue(facts.ljust(HEADER))
        self.send_file(1, length)
        self.queue(tail)
        self.send_file(3, answer)

    def watch(self, pid, child, errors, started):
        """Drain stderr until the child ends; kill it at a limit.

        Returns the tail of stderr, whether there may be more of it, 1 cpu or 2 wall, delay.
        """
        if self.polled != (errors, child):
            self.polled = errors, child
            self.poll = select.poll()
            self.poll.register(errors, select.POLLIN)
            self.poll.register(child, select.POLLIN)
        tail, killed, delay = b"", 0, 0
        patience, check = self.patience_ms, started + self.patience_ns  # when to look at the clocks next
        while True:
            events = self.poll.poll(patience)
            if events and events[-1][0] == child:
                return tail, len(events) > 1, killed, delay
            if events:
                tail = self.shortened(tail + os.read(errors, 65536))
            now = monotonic_ns()
            if now >= check and not killed:
                clock = (~pid << 3) | 2  # the child's process CPU clock, as clock_getcpuclockid(3) numbers it
                cpu_left = self.cpu_ns - clock_gettime_ns(clock)
                wall_left = started + self.wall_ns + max(delay, 0) - now
                if wall_left <= 0 < cpu_left:
                    # A run that waits for a CPU is not to blame for it, within reason.
                    delay = min(run_delay(pid), self.wall_ns * PATIENCE)
                    wall_left = started + self.wall_ns + max(delay, 0) - monotonic_ns()
                if cpu_left <= 0 or wall_left <= 0:
                    killed = 1 if cpu_left <= 0 else 2
                    os.kill(pid, 9)
                # Two threads in C code use two CPU seconds a second: look again at half the time.
                check = now + max(min(cpu_left // 2, wall_left), 1_000_000)
            patience = 1000 if killed else (check - now) // 1_000_000 + 1

    def shortened(self, tail):
        return tail[-self.stderr_bytes :] if self.stderr_bytes else b""

    def rest(self, errors, tail):
        """What stderr still holds when the run and its family are dead: no more than fits into a pipe."""
        os.set_blocking(errors, False)
        try:
            for _ in range(PIPE_READS):
                tail = self.shortened(tail + os.read(errors, 65536))
        except BlockingIOError:
            pass
        return tail

    def detach(self):
        """End with the server where nothing else sees to it; lead a group if there may be others in it."""
        if not self.own_pids:
            prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)
        if self.family:
            os.setsid()

    def enter(self, limits, first):
        """Become the run: its limits, its descriptors below `first` and its filter."""
        for which, pair in limits:
            resource.setrlimit(which, pair)
        os.closerange(first, DESCRIPTORS)
        prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # else its own /proc/self is closed to it, and so /dev/stdin
        if self.filter:
            self.filter.install(os.getppid() if self.processes else os.getpid())

    # ---- after a run ------------------------------------------------------------------------------------

    def reap(self, group):
        """Kill and collect what outlived the run: all others, or without a pid namespace its group."""
        count = 0
        while True:
            alive = True
            try:
                if self.own_pids:
                    os.kill(-1, 9)
                else:
                    os.killpg(group, 9)
            except ProcessLookupError:
                alive = False
            try:
                pid, _ = os.waitpid(-1, 0 if alive else os.WNOHANG)
            except ChildProcessError:
                return count
            if not pid:
                return count  # a process that left the group, where nothing can be done about it
            count += 1

    def clean(self):
        """Empty the scratch directory, however deep and however closed its directories are."""
        facts = os.stat(self.tmp)
        if facts.st_ctime_ns == self.untouched:
            return
        if facts.st_mode & 0o777 != 0o777:
            os.chmod(self.tmp, 0o1777)
        names = os.listdir(self.tmp)
        serial = 0
        while names:
            path = self.tmp + "/" + names.pop()
            try:
                os.unlink(path)
                continue
            except (IsADirectoryError, PermissionError):
                os.chmod(path, 0o700)
            for entry in list(os.scandir(path)):
                if entry.is_dir(follow_symlinks=False):
                    # Moved up rather than descended into: a path may be deeper than the kernel allows.
                    serial += 1
                    name = f"\x01{serial}"
                    os.rename(entry.path, self.tmp + "/" + name)
                    names.append(name)
                else:
                    os.unlink(entry.path)
            os.rmdir(path)
        # No run can set the time of a change. It has a grain: a change so soon would not be seen in it.
        changed = os.stat(self.tmp).st_ctime_ns
        self.untouched = changed if time_ns() - changed > TICK_NS else None

    # ---- answers ----------------------------------------------------------------------------------------

    def queue(self, data):
        self.out.append(data)
        self.out_bytes += len(data)

    def flush(self, data):
        self.out.append(data)
        self.link.write(b"".join(self.out))
        self.out.clear()
        self.out_bytes = 0
        self.flushed_at = monotonic_ns()

    def send_file(self, fd, length):
        if length <= LARGE:
            if length:
                self.queue(os.pread(fd, length, 0).ljust(length, b"\0"))
            return
        self.flush(b"")
        if self.link.descriptors:
            return self.link.give(fd)
        offset = 0
        while offset < length:
            offset += os.sendfile(LINK_OUT, fd, offset, length - offset)


def ending(status):
    signal = status & 0x7F
    return b"the compiler ended with " + (b"signal %d" % signal if signal else b"status %d" % (status >> 8))


def address_space():
    """How much of RLIMIT_AS this process takes up already, and so every fork of it."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        # No /proc: the smallest limit under which a page can still be had, from below.
        low, high = 1 << 20, 1 << 36
        most = resource.getrlimit(resource.RLIMIT_AS)
        mmap = __import__("mmap").mmap
        while high - low > 1 << 20:
            middle = (low + high) // 2
            resource.setrlimit(resource.RLIMIT_AS, (middle, most[1]))
            try:
                mmap(-1, 1 << 20).close()
                high = middle
            except OSError:
                low = middle
        resource.setrlimit(resource.RLIMIT_AS, most)
        return high


def run_delay(pid):
    """Nanoseconds that the threads of a process were ready but had no CPU; -1 if /proc does not say."""
    try:
        longest = -1
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat") as file:
                longest = max(longest, int(file.read().split()[1]))
        return longest
    except (OSError, ValueError, IndexError):
        return -1


def describe(error):
    """The last line of a traceback, and for a syntax error the place and the line."""
    try:
        text = "".join(__import__("traceback").format_exception_only(error))
    except BaseException:
        text = type(error).__name__ + "\n"
    return text.encode("utf-8", "backslashreplace")


def main():
    null = os.open("/dev/null", os.O_RDWR)
    phase = os.memfd_create("phase", 0)
    for number, source in ((PHASE, phase), (LINK_IN, 0), (LINK_OUT, 1), (NULL, null)):
        os.dup2(source, number + 20, False)
    for number in (0, 1, 3):
        os.dup2(null, number)
    for number in (PHASE, LINK_IN, LINK_OUT, NULL):
        os.dup2(number + 20, number, False)
    os.closerange(FIRST_FREE, DESCRIPTORS)
    sys.path[:] = [entry for entry in sys.path if entry]
    link = Link()
    _, body = link.receive()
    settings = marshal.loads(body)
    if settings["packages"]:
        packages = settings["packages_path"]
        sys.path += [packages] if packages else __import__("site").getsitepackages()
    for name in settings["packages"]:
        __import__(name)
    # What the site module would have added: programs do call exit().
    site = __import__("_sitebuiltins")
    for name in ("exit", "quit"):
        setattr(__builtins__, name, site.Quitter(name, "Ctrl-D (i.e. EOF)"))
    link.descriptors, channel = settings["descriptors"], connect(settings["socket"])
    os.chdir(settings["tmp"])
    for name in ("PYTHONHASHSEED", "LD_BIND_NOW"):
        os.environ.pop(name, None)
    sys.orig_argv[1:] = ["main.py"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _signal.signal(_signal.SIGXFSZ, _signal.SIG_DFL)
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    server = Server(link, settings)
    rehearse(server)
    inherit_text()
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if settings["server_filter"]:
        Filter(settings["server_filter"], ()).install(0)
    open_streams()
    gc.collect()
    gc.freeze()
    ready = os.getpid(), os.getuid(), sys.hexversion, channel is not None
    server.flush((b"R %d %d %d %d" % ready).ljust(HEADER))
    if channel is not None:
        link.move(channel)
    return server.runs()


def connect(path):
    """A descriptor of a connection to the host's socket at `path`, None if there is none to be had."""
    if path is None:
        return None
    _socket = __import__("_socket")
    channel = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        channel.connect(path)
        return os.dup(channel.fileno())
    except OSError:
        return None
    finally:
        channel.close()


def rehearse(server):
    """Do what runs do until the interpreter has adapted to it: else each of them would begin at that anew."""
    open_streams()
    os.write(0, b"21\n" * REHEARSALS)
    os.lseek(0, 0, 0)
    for _ in range(REHEARSALS):
        server.enter((), DESCRIPTORS)
        exec(compile("print(int(input()) * 2)", "main.py", "exec"), {"__builtins__": __builtins__})
    sys.stdout.flush()


def inherit_text():
    """Have forks inherit where the interpreter's code lies, instead of finding it page by page.

    Linux lets a fork inherit pages of a file only where one of them has been changed: the first byte of the
    code is written over itself.
    """
    spans, interpreter = [], None
    try:
        with open("/proc/self/maps") as file:
            for line in file:
                span, rights, *_, name = line.split()
                start, end = (int(address, 16) for address in span.split("-"))
                spans.append((start, rights, name))
                if start <= id(int) < end:
                    interpreter = name
        memory = os.open("/proc/self/mem", os.O_RDWR)
        for start, rights, name in spans:
            if name == interpreter and rights == "r-xp":
                os.pwrite(memory, os.pread(memory, 1, start), start)
        os.close(memory)
    except OSError:
        pass  # no /proc, or a kernel that forbids this: it costs time, nothing else


def open_streams():
    """Make the streams that every run inherits. Nothing uses them before the run, so they are new in each."""
    for number in (0, 1):
        os.close(number)
        os.memfd_create("stream", 0)  # as in a run: whether a stream can seek is looked up when it is made
    os.dup2(NULL, 2)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.__stderr__ = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)


def finish(code, teardown):
    """End as CPython does: threads, atexit, flush. With `teardown` the globals go and close their files."""
    threading = sys.modules.get("threading")
    if threading:
        threading._shutdown()
    atexit._run_exitfuncs()
    if teardown:
        space = sys.modules["__main__"].__dict__
        for name in list(space):
            if name != "__builtins__":
                space[name] = None
        gc.collect()
    try:
        stdout = getattr(sys, "stdout", None)
        if stdout is not None and not getattr(stdout, "closed", False):
            stdout.flush()
        if stdout is not sys.__stdout__ and not sys.__stdout__.closed:
            sys.__stdout__.flush()
    except BaseException as error:
        os.write(2, describe(error))
        code = 120
    os._exit(code)


def play(driver, source, options, state):
    """Run the program to its end in this fresh child."""
    code, numpy_random = 0, "random" in source
    # What only the end of a program brings about: files written, objects and generators closed.
    teardown = any(word in source for word in ("open(", "__del__", "yield", "finalize"))
    try:
        if state is None:
            try:
                state = driver.prepare(source, options)
            except BaseException as error:
                os.write(2, describe(error))
                os._exit(1)
            os.lseek(PHASE, 2, 0)
            os.close(PHASE)
        del source, options
        if numpy_random and "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # else every run would draw the server's numbers
        driver.run(state)
    except SystemExit as error:
        code = error.code
        if code is None:
            code = 0
        elif isinstance(code, int):
            code &= 0xFF
        else:
            try:
                print(code, file=sys.stderr)
            except BaseException:
                pass
            code = 1
    except BaseException as error:
        code = 1
        try:
            trace = error.__traceback__
            while trace and trace.tb_frame.f_code.co_filename != "main.py":
                trace = trace.tb_next  # the reader knows nothing of the server's frames
            sys.excepthook(type(error), error.with_traceback(trace), trace)
        except BaseException:
            os.write(2, describe(error))
        if isinstance(error, MemoryError):
            os.write(2, b"MemoryError\n")
    finish(code, teardown)


runs = main()
play(*next(runs))
