"""Two slixmpp clients find the proxy, and one sends the other a file through it. Prints the hash of the received file."""
import asyncio
import hashlib
import ssl
import sys

import slixmpp

port, one, other, password, file = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5]


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid):
        super().__init__(jid, password)
        for plugin in ("xep_0030", "xep_0065"):
            self.register_plugin(plugin)
        self.ssl_context.check_hostname = False
        self.ssl_context.verify_mode = ssl.CERT_NONE
        self.online = asyncio.Event()
        self.done = asyncio.Event()
        self.digest = hashlib.sha256()
        self.add_event_handler("session_start", lambda _: self.online.set())
        self.add_event_handler("socks5_data", lambda data: self.digest.update(data))
        self.add_event_handler("socks5_closed", lambda _: self.done.set())


async def main():
    sender, receiver = Client(one), Client(other)
    receiver["xep_0065"].auto_accept = True
    for client in (sender, receiver):
        client.connect(("127.0.0.1", port))
        await client.online.wait()
    connection = await sender["xep_0065"].handshake(receiver.boundjid.full, timeout=20)
    print("through", ", ".join(str(proxy) for proxy in sender["xep_0065"]._proxies), flush=True)
    with open(file, "rb") as content:
        connection.transport.write(content.read())
    connection.transport.close()
    await receiver.done.wait()
    print("received", receiver.digest.hexdigest(), flush=True)
    sys.exit(0)

loop = asyncio.get_event_loop()
loop.call_later(60, lambda: sys.exit(1))
loop.run_until_complete(main())
