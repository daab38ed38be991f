package im.martlet.net;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets every certificate through the handshake. Servers are trusted for a domain, and by rules of XMPP's own, once the
 * handshake is done: JSSE's would refuse a server that connects with a certificate for servers only, as all are by now.
 */
final class UncheckedTrust extends X509ExtendedTrustManager {
    @Override public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
}
