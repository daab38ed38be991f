"""A slixmpp client in a room. usage: occupant.py ADDRESS PORT PASSWORD ROOM NICK
Reads commands, and prints one line for each: who (lists the occupants that the client knows), ping (checks whether the client is
still in the room, XEP-0410), enter, say TEXT, and heard (lists all messages so far)."""
import asyncio
import ssl
import sys

import slixmpp
from slixmpp.exceptions import IqError, IqTimeout

jid, port, password, room, nick = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5]


class Occupant(slixmpp.ClientXMPP):
    def __init__(self):
        super().__init__(jid, password)
        self.ssl_context.check_hostname = False
        self.ssl_context.verify_mode = ssl.CERT_NONE
        self["feature_mechanisms"].unencrypted_plain = True
        self.register_plugin("xep_0045")
        self.register_plugin("xep_0199")
        self.inside = set()
        self.messages = []
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("presence_available", self.seen)
        self.add_event_handler("presence_unavailable", self.seen)
        self.add_event_handler("presence_error", lambda p: print(p, file=sys.stderr, flush=True))
        self.add_event_handler("groupchat_message", lambda m: self.messages.append(m["body"]))

    async def started(self, _):
        self.send_presence()
        self.listening = asyncio.ensure_future(self.listen())  # without a reference the task would be garbage-collected

    def seen(self, presence):
        occupant = presence["from"].resource
        if presence["from"].bare != room:
            return
        if presence["type"] == "unavailable":
            self.inside.discard(occupant)
            if occupant == nick:
                self.inside.clear()
        else:
            self.inside.add(occupant)
            if presence.xml.find(".//*[@code='201']") is not None:
                configure = self.make_iq_set(ito=room)
                query = slixmpp.xmlstream.ET.SubElement(configure.xml, "{http://jabber.org/protocol/muc#owner}query")
                slixmpp.xmlstream.ET.SubElement(query, "{jabber:x:data}x", type="submit")
                configure.send(callback=lambda _: None)

    async def listen(self):
        reader = asyncio.StreamReader()
        await asyncio.get_event_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := (await reader.readline()).decode().strip():
            print(await self.answer(line), flush=True)
        sys.exit(0)

    async def answer(self, line):
        command, _, text = line.partition(" ")
        if command == "enter":
            presence = self.make_presence(pto="%s/%s" % (room, nick))
            presence.append(slixmpp.xmlstream.ET.Element("{http://jabber.org/protocol/muc}x"))
            presence.send()
            for _ in range(200):
                if nick in self.inside:
                    return "inside"
                await asyncio.sleep(0.1)
            return "outside"
        if command == "say":
            self.send_message(mto=room, mbody=text, mtype="groupchat")
            return "said"
        if command == "ping":
            try:
                await self["xep_0199"].send_ping("%s/%s" % (room, nick), timeout=15)
                return "inside"
            except IqError as e:
                return "inside" if e.condition in ("service-unavailable", "feature-not-implemented", "item-not-found") else "outside: " + e.condition
            except IqTimeout:
                return "nobody knows"
        return ",".join(sorted(self.inside)) if command == "who" else "|".join(b for b in self.messages if b)


client = Occupant()
client.connect(("127.0.0.1", port))
asyncio.get_event_loop().call_later(240, lambda: sys.exit(1))
asyncio.get_event_loop().run_forever()
