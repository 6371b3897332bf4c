"""The openai engine: any server that speaks the OpenAI protocol, driven at a bounded concurrency."""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import json
import os
import random
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

import httpx2 as httpx

from harness.engines.flow import Flow, stream
from harness.engines.options import EngineOptions
from harness.engines.protocol import Completion, Request, Sampling, Usage
from harness.engines.servers import Server, next_of, parse
from harness.engines.wire import Answer, TornAnswer, body, read_answer
from selfexec.errors import UsageError

# A request is given up after so many faults of its own; being told to wait (429, 503) counts a fifth.
_FAULTS = 8
_WAIT_WEIGHT = 0.2
_FIRST_DELAY_S = 0.5
_LONGEST_DELAY_S = 60.0
_LONGEST_WAIT_S = 600.0
# Some hosted models take the length limit under this name only, and say so.
_NEWER_LIMIT = "max_completion_tokens"
_VLLM_STREAM_INTERVAL = 32
_JSON = {"Content-Type": "application/json"}
_TORN = (TornAnswer, httpx.TransportError, httpx.DecodingError)


class OpenAIEngine:
    """Completions from a server; one HTTP request, streamed, for each (request, index).

    A fault (429, 5xx, a time-out, a torn or garbled answer) is tried again after an exponential delay with
    jitter, or after what Retry-After says. A request that fails again and again while the server answers
    others gives a completion with finish_reason "error"; when it answers none, UsageError ends the run.
    Of several servers the one with the fewest requests under way is asked; one that fails is left alone for a
    while, and what it was asked goes to another.
    A prompt that fits the context but not together with max_tokens is asked again with what fits.
    """

    def __init__(self, options: EngineOptions) -> None:
        self._servers, name = parse(options.model)
        self._url = ", ".join(server.url for server in self._servers)
        self._options = options
        self._key = os.environ.get(options.api_key_env, "").strip()
        self._template_args = options.template_args()
        # Made once: reading the certificates takes a tenth of a second.
        self._tls = httpx.create_ssl_context()
        self._successes = 0
        self._token_limit_field = "max_tokens"
        self.usage = Usage()
        self._name, served = self._probe_all(name or options.served_model or "")
        contexts = [each.get("max_model_len") for each in served]
        self._context = min((each for each in contexts if isinstance(each, int)), default=None)
        self._is_vllm = all(each.get("owned_by") == "vllm" for each in served)

    @property
    def identity(self) -> dict[str, Any]:
        return {
            "engine": "openai",
            "url": self._url,
            "model": self._name,
            "prompt_form": self._options.prompt_form,
            "chat_template_args": self._template_args,
        }

    def generate(self, requests: Iterable[Request | Completion], sampling: Sampling) -> Iterator[Completion]:
        def work(flow: Flow) -> None:
            asyncio.run(self._serve(flow, sampling))

        return stream(requests, 2 * self._options.concurrency, self.usage, work)

    def describe(self) -> dict[str, Any]:
        return {
            **self.identity,
            "max_model_len": self._context,
            "concurrency": self._options.concurrency,
            "httpx": httpx.__version__,
        }

    def close(self) -> None:
        """Nothing is held between two calls of `generate`."""

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._key else {}

    def _probe_all(self, asked: str) -> tuple[str, list[dict[str, Any]]]:
        """The model's name, and what the servers say of it. One that does not answer is tried again later,
        as long as another does."""
        name, served = asked, []
        missing: UsageError | None = None
        for server in self._servers:
            try:
                found, about = self._probe(server, asked)
            except _Unreachable as error:
                server.set_aside()
                missing = error
                continue
            if name and found != name:
                raise UsageError(f"--model: {server.url} serves {found!r} and another serves {name!r}")
            name = found
            served.append(about)
        if missing is not None and not served:
            raise missing
        return name, served

    def _probe(self, server: Server, name: str) -> tuple[str, dict[str, Any]]:
        """The model's name, and what the server's list of models says of it (nothing, if it is not there)."""
        try:
            response = httpx.get(
                f"{server.url}/models",
                headers=self._headers(),
                timeout=min(30.0, self._options.timeout),
                verify=self._tls,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unreachable(server, error) from None
        if response.status_code in (401, 403):
            raise self._refused(server, response.status_code, response.text)
        models = []
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
            models = [model for model in response.json()["data"] if isinstance(model["id"], str)]
        if not name:
            if len(models) != 1:
                names = ", ".join(sorted(model["id"] for model in models)[:20]) or "none listed"
                raise UsageError(
                    f"the server at {server.url} does not serve exactly one model ({names}): "
                    f"name one with --served-model"
                )
            name = models[0]["id"]
        return name, next((model for model in models if model["id"] == name), {})

    async def _serve(self, flow: Flow, sampling: Sampling) -> None:
        """Keep `concurrency` requests under way until the flow ends; raises what ends the run."""
        changed = asyncio.Event()
        loop = asyncio.get_running_loop()
        flow.listener = lambda: _notify(loop, changed)
        waiting: deque[tuple[Request, int]] = deque()
        tasks: set[asyncio.Task] = set()
        limit = self._options.concurrency
        async with httpx.AsyncClient(
            headers=self._headers(),
            verify=self._tls,
            timeout=httpx.Timeout(self._options.timeout, connect=min(30.0, self._options.timeout), pool=None),
            limits=httpx.Limits(max_connections=limit, max_keepalive_connections=limit),
        ) as client:
            try:
                while not flow.stopped:
                    changed.clear()
                    while len(tasks) < limit:
                        if not waiting:
                            request = flow.take(wait=False)
                            if request is None:
                                break
                            waiting.extend((request, index) for index in request.indices)
                            continue
                        task = asyncio.create_task(self._complete(client, *waiting.popleft(), sampling))
                        task.add_done_callback(lambda _: changed.set())
                        tasks.add(task)
                    # What ends the run comes last, so that it takes no finished answer with it.
                    for task in sorted((task for task in tasks if task.done()), key=_has_failed):
                        tasks.remove(task)
                        flow.emit(task.result())
                        changed.set()
                    if not tasks and not waiting and flow.exhausted:
                        return
                    await changed.wait()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _complete(
        self, client: httpx.AsyncClient, request: Request, index: int, sampling: Sampling
    ) -> Completion:
        max_tokens = sampling.max_tokens
        faults, delay = 0.0, _FIRST_DELAY_S
        successes_before = self._successes
        while True:
            server = next_of(self._servers)
            if (pause := server.resume_at - time.monotonic()) > 0:
                await asyncio.sleep(pause * random.uniform(1.0, 1.25))
                server = next_of(self._servers)
            wait = None
            field = self._token_limit_field
            try:
                with server.serving():
                    answer = await self._ask(client, server, request, index, sampling, {field: max_tokens})
                self._successes += 1
                server.answered()
                return _completion(request, index, answer)
            except _Refusal as refusal:
                message = self._scrub(refusal.message)
                if refusal.status in (401, 403):
                    raise self._refused(server, refusal.status, message) from None
                if field != _NEWER_LIMIT and refusal.wants_newer_limit:
                    self._token_limit_field = _NEWER_LIMIT
                    continue
                if refusal.is_too_long:
                    fitting = refusal.fitting_tokens
                    if fitting is not None and 0 < fitting < max_tokens:
                        max_tokens = fitting
                        continue
                    return Completion(request, index, "", finish_reason="error", error=message)
                if not refusal.is_passing:
                    if self._successes:
                        return Completion(request, index, "", finish_reason="error", error=message)
                    raise UsageError(
                        f"the server at {server.url} refused model {self._name!r}'s first request "
                        f"(HTTP {refusal.status}): {message}"
                    ) from None
                fault = f"HTTP {refusal.status}: {message}"
                faults += _WAIT_WEIGHT if refusal.status in (429, 503) else 1
                wait = refusal.retry_after_s
            except _TORN as error:
                fault = self._scrub(_say(error))
                faults += 1
                if isinstance(error, httpx.ConnectError) and not self._successes and faults >= 3:
                    raise self._unreachable(server, error) from None
            if faults >= _FAULTS:
                if self._successes > successes_before:
                    return Completion(request, index, "", finish_reason="error", error=fault)
                raise UsageError(
                    f"the server at {self._url} keeps failing ({fault}): what is done is kept, "
                    f"run again with --resume when it is well"
                )
            self.usage.retries += 1
            if wait is not None:
                # The server said when; everything that has not started waits too.
                server.wait_at_least(min(wait, _LONGEST_WAIT_S))
            elif len(self._servers) > 1:
                server.set_aside()
            else:
                await asyncio.sleep(random.uniform(delay / 2, delay))
                delay = min(2 * delay, _LONGEST_DELAY_S)

    async def _ask(
        self,
        client: httpx.AsyncClient,
        server: Server,
        request: Request,
        index: int,
        sampling: Sampling,
        limit: dict[str, int],
    ) -> Answer:
        """One HTTP request. Raises _Refusal for an error status and TornAnswer for half an answer."""
        chat = self._options.prompt_form == "chat"
        payload = body(request, index, sampling, self._name, chat, self._template_args)
        payload |= limit
        if self._is_vllm:
            # An event a token would keep this process busy at a few thousand tokens a second.
            payload["stream_interval"] = _VLLM_STREAM_INTERVAL
        path = "/chat/completions" if chat else "/completions"
        # ASCII JSON: a lone surrogate in a prompt has no UTF-8 form.
        content = json.dumps(payload).encode("ascii")
        async with client.stream("POST", server.url + path, content=content, headers=_JSON) as response:
            if response.status_code != 200:
                raise _Refusal(response.status_code, (await response.aread())[:4000], response.headers)
            return await read_answer(response, chat)

    def _refused(self, server: Server, status: int, message: str) -> UsageError:
        variable = self._options.api_key_env
        if not self._key:
            return UsageError(f"the server at {server.url} wants a key (HTTP {status}): set {variable}")
        return UsageError(
            f"the server at {server.url} refused the key in {variable} (HTTP {status}): "
            f"{self._scrub(message)[:200]}"
        )

    def _unreachable(self, server: Server, error: Exception) -> UsageError:
        return _Unreachable(
            f"no server answers at {server.url} ({self._scrub(_say(error))}): start it or correct --model"
        )

    def _scrub(self, message: str) -> str:
        """`message` as one line that does not hold the key, which some servers echo."""
        line = " ".join(message.split())
        return line.replace(self._key, "***") if self._key else line


class _Unreachable(UsageError):
    """No server is there."""


class _Refusal(Exception):
    """An HTTP error status."""

    def __init__(self, status: int, content: bytes, headers: httpx.Headers) -> None:
        self.status = status
        self.message = content.decode("utf-8", "replace")
        self.retry_after_s = _seconds(headers.get("retry-after"))

    @property
    def is_passing(self) -> bool:
        return self.status in (408, 409, 425, 429) or self.status >= 500

    @property
    def wants_newer_limit(self) -> bool:
        return self.status == 400 and f"use '{_NEWER_LIMIT}'" in self.message.lower()

    @property
    def is_too_long(self) -> bool:
        text = self.message.lower()
        return self.status in (400, 413, 422) and (
            "context length" in text
            or "context_length" in text
            or "context size" in text
            or "exceed_context" in text
            or "max_model_len" in text
            or "too long" in text
        )

    @property
    def fitting_tokens(self) -> int | None:
        """How many tokens a response to this prompt may have, where the message gives both numbers."""
        context = re.search(r"context (?:length|size|window)\D{0,40}?(\d+)", self.message)
        prompt = re.search(
            r"(?:has|least|contains?|plus|\()\s*(\d+)\s*(?:input|prompt|(?:tokens )?(?:in|from) (?:the|your) "
            r"(?:input|messages|prompt))",
            self.message,
        )
        return int(context[1]) - int(prompt[1]) if context and prompt else None


def _completion(request: Request, index: int, answer: Answer) -> Completion:
    filtered = answer.finish_reason == "content_filter"
    return Completion(
        request,
        index,
        "" if filtered else answer.text,
        reasoning=answer.reasoning,
        finish_reason="error" if filtered else "length" if answer.finish_reason == "length" else "stop",
        n_tokens=answer.n_tokens,
        n_prompt_tokens=answer.n_prompt_tokens,
        logprob=answer.logprob,
        error="the server's content filter withheld the answer" if filtered else "",
    )


def _has_failed(task: asyncio.Task) -> bool:
    return task.exception() is not None


def _seconds(retry_after: str | None) -> float | None:
    """The Retry-After header, a number of seconds or a date; None where there is none that can be read."""
    if retry_after is None:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None


def _say(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _notify(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended: nobody is left to notify
        loop.call_soon_threadsafe(event.set)
