"""Requests upload slots: slots.py PORT ACCOUNT PASSWORD BYTES COUNT prints "PUT-URL GET-URL" lines."""
import asyncio
import ssl
import sys

import slixmpp

port, jid, password, size, number = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])


class Client(slixmpp.ClientXMPP):
    def __init__(self):
        super().__init__(jid, password)
        self.register_plugin("xep_0363")
        self.ssl_context.check_hostname = False
        self.ssl_context.verify_mode = ssl.CERT_NONE
        self.here = asyncio.Event()
        self.add_event_handler("session_start", lambda _: self.here.set())


async def main():
    client = Client()
    client.connect(("127.0.0.1", port))
    await asyncio.wait_for(client.here.wait(), 30)
    for _ in range(number):
        slot = (await client["xep_0363"].request_slot("upload." + client.boundjid.domain, "file.bin", size, "application/octet-stream"))["http_upload_slot"]
        print(slot["put"]["url"], slot["get"]["url"], flush=True)

asyncio.get_event_loop().run_until_complete(main())
