"""A component that returns every message, and answers requests. Runs until it is killed or disconnected."""
import asyncio
import sys

from slixmpp.componentxmpp import ComponentXMPP

port, domain, secret = int(sys.argv[1]), sys.argv[2], sys.argv[3]


class Echo(ComponentXMPP):
    def __init__(self):
        super().__init__(domain, secret, "127.0.0.1", port)
        for plugin in ("xep_0030", "xep_0092", "xep_0199"):
            self.register_plugin(plugin)
        self["xep_0030"].add_identity("automation", "echo", name="Echo")
        self.add_event_handler("session_start", lambda _: print("connected", flush=True))
        self.add_event_handler("failed_auth", lambda _: print("refused", flush=True))
        self.add_event_handler("message", self.heard)
        self.add_event_handler("presence_subscribe", self.asked)

    def heard(self, message):
        if message["type"] != "error":
            self.send_message(mto=message["from"], mfrom=message["to"], mbody=message["body"], mtype=message["type"])

    def asked(self, presence):
        self.send_presence_subscription(pto=presence["from"].bare, pfrom=presence["to"].bare, ptype="subscribed")
        self.send_presence(pto=presence["from"].bare, pfrom=presence["to"].bare, pstatus="at your service")


Echo().connect()
asyncio.get_event_loop().run_forever()
