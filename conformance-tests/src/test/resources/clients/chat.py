"""Two slixmpp clients: bob says hello, alice answers. Exits with 0 when each has received the other's message."""
import asyncio
import ssl
import sys

import slixmpp

port, alice, bob, password = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, to=None):
        super().__init__(jid, password)
        self.to = to
        self.ssl_context.check_hostname = False
        self.ssl_context.verify_mode = ssl.CERT_NONE
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", self.heard)

    async def started(self, _):
        await self.get_roster()
        self.send_presence()
        if self.to:
            self.send_message(mto=self.to, mbody="hello", mtype="chat")

    def heard(self, message):
        print(self.boundjid.bare, "heard", message["body"], flush=True)
        if message["body"] == "hello":
            message.reply("good evening").send()
        elif message["body"] == "good evening":
            sys.exit(0)


for client in (Client(alice), Client(bob, alice)):
    client.connect(("127.0.0.1", port))
asyncio.get_event_loop().call_later(60, lambda: sys.exit(1))
asyncio.get_event_loop().run_forever()
