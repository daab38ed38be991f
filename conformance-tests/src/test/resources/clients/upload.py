"""A slixmpp client uploads a file, and fetches it again. Prints its address and the hash of what came back."""
import asyncio
import hashlib
import os
import ssl
import sys

os.environ["SSL_CERT_FILE"] = sys.argv[5]  # slixmpp has no other way to say whom to believe

import aiohttp
import slixmpp

port, jid, password, file = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]


class Client(slixmpp.ClientXMPP):
    def __init__(self):
        super().__init__(jid, password)
        for plugin in ("xep_0030", "xep_0363"):
            self.register_plugin(plugin)
        self.ssl_context.check_hostname = False
        self.ssl_context.verify_mode = ssl.CERT_NONE
        self.here = asyncio.Event()
        self.add_event_handler("session_start", lambda _: self.here.set())


async def main():
    client = Client()
    client.connect(("127.0.0.1", port))
    await client.here.wait()
    client["xep_0363"].upload_service = slixmpp.JID("upload." + client.boundjid.domain)  # its search for it fails on Python 3.11
    url = await client["xep_0363"].upload_file(file, content_type="application/octet-stream", timeout=80)
    print("uploaded to", url, flush=True)
    digest = hashlib.sha256()
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        async for piece in answer.content.iter_chunked(1 << 16):
            digest.update(piece)
    print("fetched", digest.hexdigest(), flush=True)
    sys.exit(0)

loop = asyncio.get_event_loop()
loop.call_later(90, lambda: sys.exit(1))
loop.run_until_complete(main())
