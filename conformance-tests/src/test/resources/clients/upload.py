"""A slixmpp client uploads a file, and downloads it again. Prints its URL and the hash of the downloaded file."""
import asyncio
import hashlib
import os
import ssl
import sys

os.environ["SSL_CERT_FILE"] = sys.argv[5]  # slixmpp has no other setting for trusted authorities

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
        self.online = asyncio.Event()
        self.add_event_handler("session_start", lambda _: self.online.set())


async def main():
    client = Client()
    client.connect(("127.0.0.1", port))
    await client.online.wait()
    client["xep_0363"].upload_service = slixmpp.JID("upload." + client.boundjid.domain)  # slixmpp cannot find the service on Python 3.11
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
