"""Clients that send again whatever is refused, until a line comes in; for wire.py.

    python benchmarks/storm.py URL KEY CLIENTS PAUSE

Half of them have a key that is unknown, half have KEY, whose budget they spend. Each sends again
after PAUSE seconds. Prints a line when as many were refused as there are clients, and in the end
how many refusals there were.
"""

import asyncio
import sys

import httpx2

UNKNOWN = "sk-sfumato-" + "A" * 43
BODY = {"prompt": "a storm", "size": "1024x1024"}


async def main(url: str, key: str, clients: int, pause: float) -> None:
    refused = 0
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=url, timeout=60, limits=limits) as client:

        async def retry(secret: str) -> None:
            nonlocal refused
            while True:
                headers = {"authorization": f"Bearer {secret}"}
                reply = await client.post("/v1/images/generations", json=BODY, headers=headers)
                if reply.status_code in (401, 429):
                    refused += 1
                    if refused == clients:
                        print("raging", flush=True)
                await asyncio.sleep(pause)

        secrets = [UNKNOWN if i % 2 else key for i in range(clients)]
        storm = asyncio.gather(*(retry(secret) for secret in secrets))
        await asyncio.to_thread(sys.stdin.readline)
        storm.cancel()
        await asyncio.gather(storm, return_exceptions=True)
    print(refused, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
