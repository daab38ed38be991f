"""Two slixmpp clients: bob loses the connection, resumes the session and receives alice's messages. Then bob reads all messages
in the archive, in pages of two messages. Exits with 0 in the end."""
import asyncio
import ssl
import sys

import slixmpp

port, alice, bob, password = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid):
        super().__init__(jid, password)
        for plugin in ("xep_0059", "xep_0198", "xep_0313"):
            self.register_plugin(plugin)
        self.ssl_context.check_hostname = False
        self.ssl_context.verify_mode = ssl.CERT_NONE
        self.online = asyncio.Event()
        self.messages = asyncio.Queue()
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("session_resumed", self.resumed)
        self.add_event_handler("message", lambda message: self.messages.put_nowait(message["body"]))

    def started(self, _):
        print(self.boundjid.bare, "has a session", flush=True)
        self.send_presence()
        self.online.set()

    def resumed(self, _):
        print(self.boundjid.bare, "has resumed", flush=True)
        self.online.set()

    async def connect_and_wait(self):
        self.online.clear()
        self.connect(("127.0.0.1", port))
        await self.online.wait()

    async def hear(self):
        print(self.boundjid.bare, "heard", await self.messages.get(), flush=True)


async def main():
    juliet, romeo = Client(alice), Client(bob)
    await juliet.connect_and_wait()
    await romeo.connect_and_wait()
    await romeo["xep_0199"].ping() if "xep_0199" in romeo.plugin else await romeo.get_roster()  # bob's presence has been handled then
    juliet.send_message(mto=bob, mbody="one", mtype="chat")
    await romeo.hear()
    lost = romeo.wait_until("disconnected")
    romeo.abort()
    await lost
    for text in ("two", "three"):
        juliet.send_message(mto=bob, mbody=text, mtype="chat")
    await juliet.get_roster()
    await romeo.connect_and_wait()
    await romeo.hear()
    await romeo.hear()
    async for page in romeo["xep_0313"].retrieve(iterator=True, rsm={"max": 2}):
        for result in page["mam"]["results"]:
            print(romeo.boundjid.bare, "reads", result["mam_result"]["forwarded"]["stanza"]["body"], flush=True)
    sys.exit(0)

loop = asyncio.get_event_loop()
loop.call_later(60, lambda: sys.exit(1))
loop.run_until_complete(main())
