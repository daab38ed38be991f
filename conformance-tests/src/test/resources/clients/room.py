"""Two slixmpp clients in a room: bob says hello, alice answers. Exits with 0 when each has received the other's message."""
import asyncio
import ssl
import sys

import slixmpp

port, alice, bob, password, room = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5]
inside = asyncio.Event()


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, nick, first):
        super().__init__(jid, password)
        self.nick, self.first = nick, first
        self.ssl_context.check_hostname = False
        self.ssl_context.verify_mode = ssl.CERT_NONE
        self.register_plugin("xep_0045")
        self.register_plugin("xep_0199")
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("groupchat_message", self.heard)

    async def started(self, _):
        self.send_presence()
        muc = self.plugin["xep_0045"]
        if not self.first:
            await inside.wait()
        self.add_event_handler("muc::%s::got_online" % room, self.arrived)
        await muc.join_muc(room, self.nick)

    async def arrived(self, presence):
        if presence["muc"]["nick"] != self.nick:
            return
        if self.first:
            await self.plugin["xep_0045"].set_room_config(room, await self.plugin["xep_0045"].get_room_config(room))
            print("configured", flush=True)
            inside.set()
        else:
            self.send_message(mto=room, mbody="hello", mtype="groupchat")

    def heard(self, message):
        if message["mucnick"] == self.nick:
            return
        print(self.nick, "heard", message["body"], "from", message["mucnick"], flush=True)
        if message["body"] == "hello":
            self.send_message(mto=room, mbody="good evening", mtype="groupchat")
        elif message["body"] == "good evening":
            sys.exit(0)


for client in (Client(alice, "alice", True), Client(bob, "bob", False)):
    client.connect(("127.0.0.1", port))
asyncio.get_event_loop().call_later(60, lambda: sys.exit(1))
asyncio.get_event_loop().run_forever()
