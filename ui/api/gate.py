"""Who may use a route, and how often: the key shown, what it allows, the buckets of the key or of the address."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from ui.api.database import ServiceStoreError
from ui.api.desk import Desk, desk_of
from ui.api.hosts import local
from ui.api.keys import Key, Scope, key_of, ours
from ui.api.limits import Limit, take
from ui.api.problems import Problem

OPEN_SCOPES: frozenset[Scope] = frozenset({"ask", "match", "documents"})  # without a key, where keys are optional
READS = 10  # times as many reads as questions a minute
OWN_MACHINE = 6000  # questions a minute of this machine itself without a key: a bound, not a limit one meets
WRONG_KEYS = Limit(burst=20, per_minute=10)  # of one address; a key cannot be guessed, this bounds the trying

bearer = HTTPBearer(auto_error=False, scheme_name="key")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a key, or nobody known. `owner` is who a job belongs to, `client` who takes turns and has the limits."""

    owner: str
    key: Key | None = None
    own_machine: bool = False
    client: str = ""


def allowed(
    scope: Scope, kind: Literal["question", "read"] = "read", *, other: Scope | None = None
) -> Callable[..., Caller]:
    """The dependency of a route that needs `scope`, or `other`, and takes from the bucket of `kind`. Raises Problem."""
    scopes = {scope} | ({other} if other else set())

    def check(
        request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)] = None
    ) -> Caller:
        desk = desk_of(request)
        caller = _caller(desk, request, shown, scopes)
        request.scope["guichet.key"] = caller.key.id if caller.key else None
        if caller.key is not None:
            client, per_minute = f"key:{caller.key.id}", caller.key.per_minute
        else:
            client = f"address:{address_of(request)}"
            per_minute = OWN_MACHINE if caller.own_machine else desk.access.per_minute
        _take(desk, client, per_minute, kind)
        return replace(caller, client=client)

    return check


def page_wait(desk: Desk, request: Request) -> float:
    """Seconds before the page of this address may ask for something again; 0 when it may now."""
    rate = float(OWN_MACHINE if from_own_machine(request) else desk.access.per_minute * READS)
    limit = Limit(burst=rate / 2, per_minute=rate)
    grant = take(desk.database, f"page:{address_of(request)}", limit, now=desk.clock())
    if not grant.allowed:
        desk.metrics.refused("page")
    return grant.wait_s


def address_of(request: HTTPConnection) -> str:
    """The address of the caller; an IPv6 one by its network of 64 bits, which is what one subscriber holds."""
    host = request.client.host if request.client else "?"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "?"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def from_own_machine(request: Request) -> bool:
    """Whether a program of this machine asks, by a local name: a site's page that renamed itself to us does not."""
    if request.client is None or not local(request.headers.get("host", "")):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _caller(
    desk: Desk, request: Request, shown: HTTPAuthorizationCredentials | None, scopes: Collection[Scope]
) -> Caller:
    if shown is not None and shown.credentials:
        key = key_of(desk.database, shown.credentials, now=desk.now())
        if key is not None:
            if not set(scopes) & set(key.scopes):
                desk.metrics.refused("scope")
                raise Problem("scope_missing", scope=", ".join(sorted(scopes)))
            return Caller(f"key:{key.id}", key)
        if ours(shown.credentials) or not _keyless(desk, request):
            _take(desk, f"wrong:{address_of(request)}", WRONG_KEYS.per_minute, "wrong")
            desk.metrics.refused("key")
            raise Problem("key_invalid")
    own = from_own_machine(request)
    if _keyless(desk, request) and (own or set(scopes) & OPEN_SCOPES):
        return Caller("local" if own else "anonymous", own_machine=own)
    desk.metrics.refused("no_key")
    raise Problem("key_missing")


def _keyless(desk: Desk, request: Request) -> bool:
    """Whether this caller may do without a key: where they are optional, or from this machine to itself alone."""
    if desk.access.keys == "auto":
        return not desk.access.open_to_network and from_own_machine(request)
    return desk.access.keys == "optional"


def _take(desk: Desk, name: str, per_minute: float, kind: str) -> None:
    if kind == "wrong":
        limit = WRONG_KEYS
    else:
        rate = per_minute * (READS if kind == "read" else 1)
        limit = Limit(burst=max(5.0, rate / 2), per_minute=rate)
    bucket, now = f"{kind}:{name}", desk.clock()
    try:
        grant = take(desk.database, bucket, limit, now=now)
    except ServiceStoreError:
        grant = desk.spare.take(bucket, limit, now=now)
    if not grant.allowed:
        desk.metrics.refused("too_many")
        raise Problem("too_many", wait_s=grant.wait_s)


Asking = Annotated[Caller, Depends(allowed("ask", "question"))]
Matching = Annotated[Caller, Depends(allowed("match"))]
Reading = Annotated[Caller, Depends(allowed("documents"))]
Batching = Annotated[Caller, Depends(allowed("batch"))]
Evaluating = Annotated[Caller, Depends(allowed("evaluate"))]
Working = Annotated[Caller, Depends(allowed("batch", other="evaluate"))]
Watching = Annotated[Caller, Depends(allowed("metrics"))]
