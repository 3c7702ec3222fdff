"""A load on the service from a process of its own: many clients, each asking one after another.

Run as ``python -m tests.serve.service.load PORT CLIENTS SECONDS [PAUSE]`` with addresses on
standard input, one per line. Prints one JSON document: latencies in seconds, statuses, the
releases seen in headers and bodies. Raw sockets on purpose: the client should cost less than
the server.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time

SEED = 20261121
NAMED = re.compile(rb'"release": "([0-9.]+)"')


async def one_client(port, addresses, until, pause, number, found) -> None:
    order = random.Random(SEED + number)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        address = order.choice(addresses)
        request = f"GET {address} HTTP/1.1\r\nhost: x\r\n\r\n".encode()
        start = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        found["latencies"].append(time.perf_counter() - start)
        status = int(head[9:12])
        found["statuses"][status] = found["statuses"].get(status, 0) + 1
        header = head.lower().split(b"x-tanyuan-release: ")
        outside = header[1].split(b"\r\n")[0].decode() if len(header) > 1 else ""
        inside = NAMED.search(body[:200])
        pair = f"{outside}|{inside.group(1).decode() if inside else ''}"
        found["releases"][pair] = found["releases"].get(pair, 0) + 1
        if pause:
            await asyncio.sleep(pause)
    writer.close()


async def load(port, addresses, clients, seconds, pause) -> dict:
    found = {"latencies": [], "statuses": {}, "releases": {}}
    until = time.perf_counter() + seconds
    await asyncio.gather(
        *(one_client(port, addresses, until, pause, k, found) for k in range(clients))
    )
    return found


if __name__ == "__main__":
    port, clients, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    pause = float(sys.argv[4]) if len(sys.argv) > 4 else 0.0
    addresses = sys.stdin.read().split("\n")
    found = asyncio.run(load(port, [a for a in addresses if a], clients, seconds, pause))
    sys.stdout.write(json.dumps(found))
