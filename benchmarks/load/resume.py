"""Measures a server's cost of resuming a session and of a login: CPU seconds for 100,000, measured from outside.

resume.py PORT DOMAIN USER PASSWORD PID [ROUNDS]     PORT speaks TLS from the first byte (XEP-0368)

Connects ROUNDS times in each way, one after the other; each connection ends with the answer to a ping:
  tls               a TLS handshake and nothing else          tls again     the same with a resumed TLS session
  authenticated     only SCRAM-SHA-1 and the header after it
  login             SCRAM-SHA-1, a resource, stream management, carbons, roster, presence
  resume            SCRAM-SHA-1, <resume/> (XEP-0198 §5)      ... again     with a resumed TLS session
  resume, silent    the same without the ping: the server has no new count to store
"""
import base64
import hashlib
import hmac
import os
import re
import socket
import ssl
import sys

port, domain, user, password, pid = int(sys.argv[1]), *sys.argv[2:6]
rounds = int(sys.argv[6]) if len(sys.argv) > 6 else 1000
HEADER = f"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='{domain}'>"
PING = f"<iq type='get' id='ping' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>"
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
context.set_alpn_protocols(["xmpp-client"])
salted = {}


class Connection:
    def __init__(self, tls=None):
        raw = socket.create_connection(("127.0.0.1", port))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(raw, server_hostname=domain, session=tls)
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

    def authenticate(self):
        """RFC 5802 §3."""
        nonce = base64.b64encode(os.urandom(18)).decode()
        bare = f"n={user},r={nonce}"
        encode = lambda text: base64.b64encode(text.encode()).decode()
        self.send(HEADER)
        self.hear("</stream:features>")
        self.send(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>{encode('n,,' + bare)}</auth>")
        first = base64.b64decode(self.hear("<challenge[^>]*>([^<]+)<")[1]).decode()
        fields = dict(field.split("=", 1) for field in first.split(","))
        key = (fields["s"], fields["i"])
        if key not in salted:
            salted[key] = hashlib.pbkdf2_hmac("sha1", password.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
        final = f"c=biws,r={fields['r']}"
        client = hmac.digest(salted[key], b"Client Key", "sha1")
        signature = hmac.digest(hashlib.sha1(client).digest(), f"{bare},{first},{final}".encode(), "sha1")
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(client, signature))).decode()
        self.send(f"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{encode(f'{final},p={proof}')}</response>")
        self.hear("<success[^>]*>")
        self.send(HEADER)
        self.hear("</stream:features>")

    def login(self):
        """Returns the id of the session, and the number of stanzas received on it."""
        self.authenticate()
        self.send("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>")
        self.hear("</iq>")
        self.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/><iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>"
                  "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence/>" + PING)
        id = self.hear("<enabled[^>]* id=['\"]([^'\"]+)")[1]
        self.hear("id=['\"]ping['\"]")
        return id

    def resume(self, id, h, silent):
        self.authenticate()
        self.send(f"<resume xmlns='urn:xmpp:sm:3' previd='{id}' h='{h}'/>")
        self.hear("<resumed[^>]*>")
        if not silent:
            self.send(PING)
            self.hear("id=['\"]ping['\"]")

    def leave(self):
        self.send("</stream:stream>")
        self.hear("</stream:stream>")
        self.socket.close()

    def vanish(self):
        self.socket.close()


def cpu():
    ticks = 0
    for task in [pid] + open(f"/proc/{pid}/task/{pid}/children").read().split():
        fields = open(f"/proc/{task}/stat").read().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(name, action):
    before = cpu()
    for _ in range(rounds):
        action()
    each = (cpu() - before) / rounds
    print(f"{name}: {each * 100_000:.0f} CPU s/100k", flush=True)
    return each


class Session:
    """A session that the client leaves and resumes."""
    def __init__(self):
        connection = Connection()
        self.id = connection.login()
        self.h = 4  # three replies and one presence
        self.tls = connection.socket.session
        connection.vanish()

    def come_back(self, again, silent=False):
        connection = Connection(self.tls if again else None)
        if connection.socket.session_reused != again:
            raise SystemExit("the TLS session was " + ("not " if again else "") + "resumed")
        connection.resume(self.id, self.h, silent)
        self.h += not silent
        self.tls = connection.socket.session
        connection.vanish()


def login():
    connection = Connection()
    connection.login()
    connection.leave()


def tls(again):
    connection = Connection(session.tls if again else None)
    connection.send(HEADER)  # in TLS 1.3 the ticket comes after the handshake
    connection.hear("</stream:features>")
    session.tls = connection.socket.session
    connection.vanish()


def authenticated():
    connection = Connection()
    connection.authenticate()
    connection.vanish()


session = Session()
print("warming up", flush=True)
for _ in range(rounds):
    session.come_back(False)
    session.come_back(True)
for _ in range(rounds):
    login()
session = Session()
for turn in range(2):
    measure("tls and a stream header", lambda: tls(False))
    measure("tls and a stream header, TLS session resumed", lambda: tls(True))
    bare = measure("authenticated", authenticated)
    session = Session()
    full = measure("resume", lambda: session.come_back(False))
    short = measure("resume, TLS session resumed", lambda: session.come_back(True))
    silent = measure("resume, silent, TLS session resumed", lambda: session.come_back(True, True))
    whole = measure("login", login)
    print(f"resume / login: {full / whole:.2f}; with the TLS session resumed: {short / whole:.2f}; and silent: {silent / whole:.2f}", flush=True)
    print(f"beyond authentication: {(full - bare) * 100_000:.0f} and {(whole - bare) * 100_000:.0f} CPU s/100k, {(full - bare) / (whole - bare):.2f}", flush=True)
