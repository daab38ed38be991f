"""Measures a server's cost of logins with a token (XEP-0484) and with SCRAM: CPU seconds for 100,000, measured from outside.

fast.py PORT DOMAIN PASSWORD PID [LOGINS [AT_ONCE [ROUNDS]]]     users u0, u1, ...; PORT speaks TLS from the first byte (XEP-0368)

Makes storms of LOGINS logins with AT_ONCE under way, in turn, ROUNDS times; each login ends with the answer to a ping:
  tls          a TLS handshake and the header of a stream
  scram        SCRAM-SHA-1, a resource, stream management, carbons, roster, presence: RFC 6120, one step after the other
  fast         the same with HT-SHA-256-NONE and XEP-0386, roster and presence with the ping
  fast resume  HT-SHA-256-NONE and <resume/> (XEP-0198 §9.2)
and each again with a resumed TLS session. The client caches the salted password, as RFC 5802 allows.
"""
import base64
import hashlib
import hmac
import os
import re
import socket
import ssl
import sys
import threading
import uuid

port, domain, password, pid = int(sys.argv[1]), *sys.argv[2:5]
logins = int(sys.argv[5]) if len(sys.argv) > 5 else 2000
at_once = int(sys.argv[6]) if len(sys.argv) > 6 else 16
rounds = int(sys.argv[7]) if len(sys.argv) > 7 else 4
PING = f"<iq type='get' id='ping' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>"
REST = "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence/>" + PING
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
context.set_alpn_protocols(["xmpp-client"])
encode = lambda data: base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


class User:
    """One client of one user, with its state between connections."""
    def __init__(self, number):
        self.name = f"u{number}"
        self.agent = f"<user-agent id='{uuid.UUID(int=(4 << 76) | (8 << 60) | number)}'/>"
        self.salted = {}
        self.tls = self.token = self.sm = None
        self.h = 0

    # ---- a connection

    def connect(self, again):
        raw = socket.create_connection(("127.0.0.1", port))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(raw, server_hostname=domain, session=self.tls if again else None)
        if self.socket.session_reused != again:
            raise SystemExit("the TLS session was " + ("not " if again else "") + "resumed")
        self.heard = ""

    def send(self, text):
        self.socket.sendall(text.encode())

    def hear(self, pattern):
        while not (found := re.search(pattern, self.heard)):
            some = self.socket.recv(65536)
            if not some:
                raise SystemExit("the server has closed the stream: " + self.heard)
            self.heard += some.decode()
        self.heard = self.heard[found.end():]
        return found

    def leave(self, open):
        if not open:
            self.send("</stream:stream>")
            self.hear("</stream:stream>")
        self.tls = self.socket.session  # in TLS 1.3 the ticket comes after the handshake
        self.socket.close()

    def header(self):
        return (f"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' "
                f"from='{self.name}@{domain}' to='{domain}'>")

    # ---- ways to log in

    def only_tls(self, again):
        self.connect(again)
        self.send(self.header())
        self.hear("</stream:features>")
        self.leave(False)

    def scram(self, again):
        """RFC 5802 §3, RFC 6120 §6 and §7."""
        self.connect(again)
        bare = f"n={self.name},r={encode(os.urandom(18))}"
        self.send(self.header())
        self.hear("</stream:features>")
        self.send(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>{encode('n,,' + bare)}</auth>")
        first = base64.b64decode(self.hear("<challenge[^>]*>([^<]+)<")[1]).decode()
        fields = dict(field.split("=", 1) for field in first.split(","))
        key = (fields["s"], fields["i"])
        if key not in self.salted:
            self.salted[key] = hashlib.pbkdf2_hmac("sha1", password.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
        final = f"c=biws,r={fields['r']}"
        client = hmac.digest(self.salted[key], b"Client Key", "sha1")
        signature = hmac.digest(hashlib.sha1(client).digest(), f"{bare},{first},{final}".encode(), "sha1")
        proof = encode(bytes(a ^ b for a, b in zip(client, signature)))
        self.send(f"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{encode(f'{final},p={proof}')}</response>")
        self.hear("<success[^>]*>")
        self.send(self.header())
        self.hear("</stream:features>")
        self.send("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>")
        self.hear("</iq>")
        self.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/><iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>" + REST)
        self.hear("id=['\"]ping['\"]")
        self.leave(False)

    def authenticate(self, mechanism, response, more):
        """Sends the login together with the stream header, without waiting for the server."""
        self.send(self.header() + f"<authenticate xmlns='urn:xmpp:sasl:2' mechanism='{mechanism}'><initial-response>{encode(response)}</initial-response>{self.agent}{more}</authenticate>")
        return self.hear("(?s)<success.*?</success>")[0]

    def fast(self, again, open=False):
        bind = "<bind xmlns='urn:xmpp:bind:0'><tag>bench</tag><enable xmlns='urn:xmpp:sm:3' resume='true'/><enable xmlns='urn:xmpp:carbons:2'/></bind>"
        self.connect(again)
        if self.token is None:
            success = self.authenticate("PLAIN", f"\0{self.name}\0{password}", bind + "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/>")
            self.token = re.search("<token[^>]* token=['\"]([^'\"]+)", success)[1]
        else:
            success = self.present("<fast xmlns='urn:xmpp:fast:0'/>" + bind)
        self.sm = re.search("<enabled[^>]* id=['\"]([^'\"]+)", success)[1]
        self.h = 3  # two replies and one presence
        self.send(REST)
        self.hear("id=['\"]ping['\"]")
        self.leave(open)

    def present(self, more):
        return self.authenticate("HT-SHA-256-NONE", self.name.encode() + b"\0" + hmac.digest(self.token.encode(), b"Initiator", "sha256"), more)

    def resume(self, again):
        self.connect(again)
        if "<resumed" not in self.present(f"<fast xmlns='urn:xmpp:fast:0'/><resume xmlns='urn:xmpp:sm:3' previd='{self.sm}' h='{self.h}'/>"):
            raise SystemExit("not resumed")
        self.send(PING)
        self.hear("id=['\"]ping['\"]")
        self.h += 1
        self.leave(True)


def cpu():
    """Returns the server's CPU time, and the share of its JIT compiler."""
    all, compiler = 0, 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            name, fields = open(f"/proc/{pid}/task/{thread}/stat").read().split("(", 1)[1].rsplit(")", 1)
        except FileNotFoundError:  # the thread has ended
            continue
        if name.startswith(("C1 Compiler", "C2 Compiler")):
            compiler += sum(int(f) for f in fields.split()[11:13])
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    all = int(fields[11]) + int(fields[12])
    return all / os.sysconf("SC_CLK_TCK"), compiler / os.sysconf("SC_CLK_TCK")


users = [User(i) for i in range(at_once)]


def storm(action, times):
    failed = []

    def work(user):
        try:
            for _ in range(times // at_once):
                action(user)
        except BaseException as e:
            failed.append(e)

    threads = [threading.Thread(target=work, args=(user,)) for user in users]
    before = cpu()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return [(now - then) / (times // at_once * at_once) * 100_000 for now, then in zip(cpu(), before)]


WAYS = {"tls": User.only_tls, "scram": User.scram, "fast": User.fast, "fast resume": User.resume}


def prepare():
    for user in users:
        user.fast(False, open=True)


for number in range(1, rounds + 1):
    for again in (False, True):
        scram = 0
        for name, way in WAYS.items():
            prepare()
            cost, compiler = storm(lambda user: way(user, again), logins)
            scram = cost if name == "scram" else scram
            beside = f", {cost / scram:.2f} of scram" if scram else ""
            print(f"round {number}: {name}{', TLS session resumed' if again else ''}: {cost:.0f} CPU s/100k (the JIT compiler {compiler:.0f}){beside}", flush=True)
