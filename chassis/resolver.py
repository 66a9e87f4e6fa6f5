"""The DNS with a deadline: the system's resolver has none."""

import ipaddress
import socket
from queue import Empty, SimpleQueue
from threading import Thread

from chassis.reach import IpAddress


def resolve(host: str, port: int, timeout_s: float) -> list[IpAddress]:
    """Addresses in the system's order of preference, at least one. Raises OSError, also when late."""
    answers: SimpleQueue[list[IpAddress] | OSError] = SimpleQueue()
    asking = Thread(target=_ask, args=(host, port, answers), name="resolve", daemon=True)
    asking.start()
    try:
        answer = answers.get(timeout=timeout_s)
    except Empty:
        raise TimeoutError(f"{host} was not resolved within {timeout_s:g} s") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _ask(host: str, port: int, answers: "SimpleQueue[list[IpAddress] | OSError]") -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        ips = dict.fromkeys(ipaddress.ip_address(each[4][0]) for each in found)
    except (OSError, UnicodeError, ValueError) as error:
        answers.put(error if isinstance(error, OSError) else OSError(str(error)))
        return
    answers.put(list(ips) or OSError(f"{host} has no address"))
