package im.martlet.net;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Accepts every certificate during the handshake. After the handshake, the rules of XMPP decide whether to trust a
 * server for a domain. The rules of JSSE would refuse a connecting server with a certificate that is only for servers,
 * and public authorities issue no other certificates now.
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
